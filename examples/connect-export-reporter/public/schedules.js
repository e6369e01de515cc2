/* global AP */
(function () {
  'use strict';

  function setSubscription(id, on) {
    return AP.context.getToken().then(function (token) {
      return fetch('/schedules/' + encodeURIComponent(id) + '/subscription', {
        method: on ? 'PUT' : 'DELETE',
        headers: { Authorization: 'JWT ' + token },
      });
    });
  }

  document.addEventListener('change', function (event) {
    var box = event.target;
    if (!box.classList.contains('subscribe')) {
      return;
    }
    var row = box.closest('tr');
    box.disabled = true;
    setSubscription(row.dataset.schedule, box.checked)
      .then(function (response) {
        if (!response.ok) {
          box.checked = !box.checked;
        }
      })
      .finally(function () {
        box.disabled = false;
      });
  });
})();
