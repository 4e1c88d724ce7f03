// What scrolls sideways can be reached by keyboard, and the side bar is a landmark for screen readers.
document.addEventListener("DOMContentLoaded", () => {
  const boxes = document.querySelectorAll(".cell_output .text_html, .cell_output pre, .bd-article .pst-scrollable-table-container");
  [...boxes].filter((box) => box.scrollWidth > box.clientWidth).forEach((box, k) => {
    const told = { tabindex: "0", role: "region", "aria-label": `part ${k + 1} that scrolls sideways` };
    Object.entries(told).forEach(([name, value]) => box.setAttribute(name, value));
  });
  const side = document.querySelector(".bd-sidebar-primary");
  if (side) { side.setAttribute("role", "navigation"); side.setAttribute("aria-label", "Side bar"); }
});
