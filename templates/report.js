"use strict";
for (const form of document.querySelectorAll("form.filter")) {
  const section = form.closest("section");
  const output = form.querySelector("output");
  const groups = Array.from(section.querySelectorAll("details.group"), (group) => ({
    element: group,
    severity: group.dataset.severity,
    items: Array.from(group.querySelectorAll("article.finding"), (item) => ({
      element: item,
      suppressed: "suppressed" in item.dataset,
      text: (group.querySelector("summary").textContent + " " + item.textContent).toLowerCase(),
    })),
  }));
  const apply = () => {
    const chosen = new FormData(form);
    const severities = chosen.getAll("severity");
    const wanted = String(chosen.get("text") || "").trim().toLowerCase();
    let shown = 0;
    let all = 0;
    for (const group of groups) {
      let here = 0;
      for (const item of group.items) {
        const show = severities.includes(group.severity)
          && (!item.suppressed || chosen.has("suppressed"))
          && item.text.includes(wanted);
        item.element.hidden = !show;
        here += show ? 1 : 0;
      }
      group.element.hidden = here === 0;
      shown += here;
      all += group.items.length;
    }
    output.textContent = shown + " of " + all + " shown";
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
}
// A link into a closed part opens it.
const open = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
  }
};
addEventListener("hashchange", open);
open();
