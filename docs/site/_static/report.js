// What scrolls sideways can be reached by keyboard, and the side bar is a landmark for screen readers.
document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll(".cell_output .text_html, .cell_output pre, .bd-article .pst-scrollable-table-container")) {
    if (box.scrollWidth > box.clientWidth) {
      Object.entries({ tabindex: "0", role: "region", "aria-label": "scrolls sideways" }).forEach(([k, v]) => box.setAttribute(k, v));
    }
  }
  const side = document.querySelector(".bd-sidebar-primary");
  if (side) { side.setAttribute("role", "navigation"); side.setAttribute("aria-label", "Side bar"); }
});
