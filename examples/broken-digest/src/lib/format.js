// @email-use activity-mail
export const weekOf = (date) => {
  const monday = new Date(date);
  monday.setUTCDate(monday.getUTCDate() - ((monday.getUTCDay() + 6) % 7));
  return monday.toISOString().slice(0, 10);
};

export function plural(count, word) {
  // mailpermit: ignore[email-in-logs] only counts are printed here
  console.log('formatting', count, word);
  return count === 1 ? `1 ${word}` : `${count} ${word}s`;
}
