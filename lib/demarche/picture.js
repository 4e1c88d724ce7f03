// The picture of a view, in which a mark is chosen by a click on it, by the arrow keys with the picture in focus, or from the
// list below. `places` holds the place of each mark, from the left and the top, as parts of the width and the height.
const REACH = 30; // pixels from a mark at which a click still means it
const LISTED = 500; // marks in the list; a longer one would be slow, and any mark can be clicked

function render({ model, el }) {
  const box = document.createElement("div"), img = document.createElement("img"), ring = document.createElement("div"),
    list = document.createElement("select"), label = document.createElement("div");
  box.style.cssText = "position: relative; display: inline-block; max-width: 630px; cursor: crosshair";
  img.style.cssText = "display: block; width: 630px; max-width: 100%; height: auto; margin: 0";
  ring.style.cssText = "position: absolute; width: 18px; height: 18px; margin: -12px; border: 3px solid #b30000; " +
    "border-radius: 50%; box-shadow: 0 0 0 1px #fff; pointer-events: none";
  box.tabIndex = 0;
  box.setAttribute("role", "slider");
  box.setAttribute("aria-label", "Mark in the picture");
  box.append(img, ring);
  label.append("Mark ", list);
  list.setAttribute("aria-label", "Mark");
  label.style.cssText = "display: block; margin: 0.5em 0";
  list.style.cssText = "vertical-align: top; max-width: 100%; min-width: 20em";
  el.append(box, label);
  let places = new Float32Array(), names = [];

  function bytes(name) {
    const held = model.get(name);
    return held.buffer.slice(held.byteOffset, held.byteOffset + held.byteLength);
  }
  function draw() {
    URL.revokeObjectURL(img.src);
    const empty = !model.get("value").byteLength;
    box.style.display = empty ? "none" : "inline-block";
    if (!empty) img.src = URL.createObjectURL(new Blob([bytes("value")], { type: "image/svg+xml" }));
    img.alt = model.get("alt");
    places = new Float32Array(bytes("places"));
    names = empty ? [] : model.get("names").split("\n");
    label.style.display = empty ? "none" : "block";
    list.size = Math.max(2, Math.min(6, names.length));
    list.replaceChildren(...names.slice(0, LISTED).map((name) => new Option(name)));
    if (names.length > LISTED) list.append(Object.assign(new Option(`${names.length} in all: click on any`), { disabled: true }));
    show();
  }
  function show() {
    const i = model.get("mark"), there = i >= 0 && 2 * i + 1 < places.length && !isNaN(places[2 * i]);
    ring.style.display = there ? "block" : "none";
    if (there) [ring.style.left, ring.style.top] = [`${100 * places[2 * i]}%`, `${100 * places[2 * i + 1]}%`];
    for (const [key, value] of [["min", 0], ["max", Math.max(0, places.length / 2 - 1)], ["now", Math.max(0, i)], ["text", names[i] ?? ""]])
      box.setAttribute(`aria-value${key}`, value);
    list.selectedIndex = i < LISTED ? i : -1;
  }
  function choose(i) {
    if (i < 0 || 2 * i >= places.length) return;
    model.set("mark", i);
    model.save_changes();
  }
  img.addEventListener("click", (event) => {
    const at = img.getBoundingClientRect(), far = (i) => Math.hypot(
      places[2 * i] * at.width - event.clientX + at.left, places[2 * i + 1] * at.height - event.clientY + at.top);
    let best = -1;
    for (let i = 0; 2 * i < places.length; i++) if (far(i) <= (best < 0 ? REACH : far(best))) best = i;
    choose(best);
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation(); // the notebook moves from cell to cell by these keys
    choose(model.get("mark") + step);
  });
  list.addEventListener("change", () => choose(list.selectedIndex));
  for (const name of ["value", "places", "alt", "names"]) model.on(`change:${name}`, draw);
  model.on("change:mark", show);
  draw();
}

export default { render };
