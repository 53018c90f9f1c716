// Citations: adds formats to the page of a record, collects records over several pages, and downloads their citations
// as one file. What is collected stays in this browser; without storage it is forgotten when the page is left.
(() => {
  "use strict";

  const place = document.querySelector("[data-kb-collect], [data-kb-collection]");
  if (!place || window.kbCollecting) return;

  const KEY = `kb-collected/${place.dataset.kbBase}`;
  const ID = /^KB-\d{4}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{6}$/;
  const FILES = {
    bib: ["bibtex", "application/x-bibtex"],
    ris: ["ris", "application/x-research-info-systems"],
  };
  const MORE = {
    biblatex: "BibLaTeX", "csl-json": "CSL-JSON", cff: "CITATION.cff", datacite: "DataCite", markdown: "Markdown",
    long: "Long, for a filing",
  };
  const painters = [];
  let collected = read();

  function read() {
    try {
      const stored = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(stored) ? stored.filter((id) => ID.test(id)) : [];
    } catch {
      return [];
    }
  }

  function keep(ids) {
    collected = ids;
    try {
      localStorage.setItem(KEY, JSON.stringify(ids));
    } catch { /* no storage here */ }
    for (const paint of painters) paint();
  }

  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  // A button that puts a record into the collection, or takes it out again.
  function toggle(id) {
    const button = make("button", { type: "button", className: "kb-copy" });
    const paint = () => {
      const within = collected.includes(id);
      button.textContent = within ? "Collected" : "Collect";
      button.setAttribute("aria-pressed", String(within));
      button.setAttribute("aria-label", `Collect the citation of ${id}`);
    };
    button.addEventListener("click", () => {
      const now = read();
      const known = now.length ? now : collected;
      keep(known.includes(id) ? known.filter((other) => other !== id) : [...known, id]);
    });
    paint();
    painters.push(paint);
    return button;
  }

  // Loads the citations of these records; whoever asks for one that is not in this site gets none.
  async function citations(ids) {
    const missing = new Set(ids.filter((id) => !window.kbCitations?.[id]).map((id) => id.slice(8, 10)));
    await Promise.all([...missing].map(load));
    return ids.map((id) => window.kbCitations?.[id]).filter(Boolean);
  }

  function load(shelf) {
    return new Promise((done) => {
      const script = make("script", { src: `${place.dataset.kbRoot}records/cite/${shelf}.js` });
      script.addEventListener("load", done);
      script.addEventListener("error", done);
      document.head.append(script);
    });
  }

  async function download(ending, told) {
    const [format, type] = FILES[ending];
    const found = await citations(collected);
    const lost = collected.length - found.length;
    told.textContent = lost ? `${lost} of them ${lost === 1 ? "is" : "are"} not in this site` : "";
    if (!found.length) return;
    const text = found.map((texts) => texts[format]).join("\n");
    const link = make("a", {
      href: URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` })),
      download: `${place.dataset.kbBase}.${ending}`,
    });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  function tray() {
    const count = make("span");
    const told = make("span", { className: "kb-quiet" });
    told.setAttribute("role", "status");
    const buttons = Object.keys(FILES).map((ending) => {
      const button = make("button", { type: "button", className: "kb-copy" }, `Download .${ending}`);
      button.addEventListener("click", () => { download(ending, told); });
      return button;
    });
    const clear = make("button", { type: "button", className: "kb-copy" }, "Clear");
    clear.addEventListener("click", () => { told.textContent = ""; keep([]); });
    const all = make("span", { className: "kb-tray" }, count, " ", ...buttons, clear, told);
    const paint = () => {
      count.textContent = `${collected.length} record${collected.length === 1 ? "" : "s"} collected`;
      all.hidden = !collected.length;
    };
    paint();
    painters.push(paint);
    return all;
  }

  // One more format, which is fetched when it is opened.
  function fold(format, label) {
    const text = make("pre");
    const button = make("button", { type: "button", className: "kb-copy", hidden: true }, "Copy");
    button.dataset.kbCopy = "";
    button.setAttribute("aria-label", `Copy: ${label}`);
    const box = make("details", { className: "kb-fold" }, make("summary", {}, label),
      make("div", { className: "kb-command kb-cite" }, text, button));
    box.addEventListener("toggle", async () => {
      const [texts] = await citations([place.dataset.kbCollect]);
      text.textContent = texts ? texts[format].trimEnd() : "kb cite writes it";
    }, { once: true });
    return box;
  }

  const box = document.querySelector(".kb-citing");
  if (box) box.append(...Object.entries(MORE).map(([format, label]) => fold(format, label)));
  if (place.dataset.kbCollect) place.append(toggle(place.dataset.kbCollect), " ");
  place.append(tray());
  place.hidden = false;
  window.kbCollecting = { toggle };
  addEventListener("storage", (event) => {
    if (event.key !== KEY) return;
    collected = read();
    for (const paint of painters) paint();
  });
})();
