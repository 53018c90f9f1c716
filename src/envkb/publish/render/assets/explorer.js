// The explorer of records: filters and sorts the columns of records.js. State lives in the address after the `#`,
// so that a view can be sent to somebody, also from a file.
(() => {
  "use strict";

  const place = document.querySelector("[data-kb-explorer]");
  const data = window.kbRecords;
  if (!place || !data) return;

  const FACETS = [
    ["outcome", "Outcome"], ["host", "Host"], ["gpu", "Accelerator"], ["manager", "Manager"],
    ["torch", "torch"], ["python", "Python"], ["os", "System"], ["arch", "Architecture"],
    ["cpu", "Processor"], ["edge", "Edge cases"], ["tag", "Tags"], ["kind", "Kind"], ["standing", "Standing"],
  ];
  const NO_VALUE = { outcome: "not stated", gpu: "none seen", manager: "not known", torch: "none", host: "no host" };
  const SORTS = { newest: "Newest first", oldest: "Oldest first", title: "Title", measured: "Most measurements" };
  const FIRST = new Set(["outcome", "host", "gpu", "manager", "edge", "tag"]);
  const STEP = 50;
  const SHORT = 6;
  const count = data.id.length;
  const haystack = data.title.map((title, row) => [
    title, data.id[row], data.symptoms[row], ...list("tag", row), ...list("edge", row),
  ].join("\n").toLowerCase());

  // What is chosen: text, order, and for each facet the set of chosen values. At first only what counts is shown.
  let chosen = read();
  let limit = STEP;
  const unfolded = new Set();
  const opened = new Map();

  function numbers(facet, row) {
    return data[facet].rows[row];
  }
  function list(facet, row) {
    return numbers(facet, row).map((number) => data[facet].values[number]);
  }
  function value(facet, row) {
    return list(facet, row).join(", ");
  }

  function read() {
    const state = { text: "", sort: "newest", facets: new Map() };
    const parameters = new URLSearchParams(location.hash.slice(1));
    state.text = parameters.get("q") || "";
    if (parameters.get("sort") in SORTS) state.sort = parameters.get("sort");
    for (const [facet] of FACETS) {
      const values = parameters.getAll(facet).map((name) => data[facet].values.indexOf(name)).filter((n) => n >= 0);
      if (values.length) state.facets.set(facet, new Set(values));
    }
    if (!parameters.has("standing")) {
      const current = data.standing.values.indexOf("current");
      if (current >= 0) state.facets.set("standing", new Set([current]));
    }
    return state;
  }

  function write() {
    const parameters = new URLSearchParams();
    if (chosen.text) parameters.set("q", chosen.text);
    if (chosen.sort !== "newest") parameters.set("sort", chosen.sort);
    for (const [facet] of FACETS) {
      const values = chosen.facets.get(facet) || new Set();
      const names = [...values].map((number) => data[facet].values[number]);
      if (facet === "standing") {
        if (names.length === 1 && names[0] === "current") continue;
        if (!names.length) parameters.append("standing", "any");
      }
      for (const name of names) parameters.append(facet, name);
    }
    const hash = parameters.toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  // Rows that pass the text and every facet but the one given; a facet's counts leave its own choice out.
  function passing(except) {
    const words = chosen.text.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = [];
    for (let row = 0; row < count; row += 1) {
      if (!words.every((word) => haystack[row].includes(word))) continue;
      let passes = true;
      for (const [facet, values] of chosen.facets) {
        if (facet !== except && !numbers(facet, row).some((number) => values.has(number))) { passes = false; break; }
      }
      if (passes) rows.push(row);
    }
    return rows;
  }

  function sorted(rows) {
    if (chosen.sort === "oldest") return rows.reverse();
    if (chosen.sort === "title") return rows.sort((a, b) => data.title[a].localeCompare(data.title[b]));
    if (chosen.sort === "measured") return rows.sort((a, b) => data.measured[b] - data.measured[a]);
    return rows;
  }

  function make(tag, properties = {}, ...children) {
    const { dataset, ...rest } = properties;
    const element = Object.assign(document.createElement(tag), rest);
    Object.assign(element.dataset, dataset);
    element.append(...children);
    return element;
  }

  const search = make("input", { type: "search", placeholder: "Title, tag, symptom or id", value: chosen.text });
  search.setAttribute("aria-label", "Filter records by text");
  const order = make("select", {}, ...Object.entries(SORTS).map(([name, label]) =>
    make("option", { value: name, selected: name === chosen.sort }, label)));
  order.setAttribute("aria-label", "Order of records");
  const reset = make("button", { type: "button" }, "Clear");
  const status = make("p", { className: "kb-quiet", role: "status" });
  const rowsPlace = make("ul", { className: "kb-rows" });
  const more = make("button", { type: "button", className: "kb-more" }, "Show more");
  const facetsPlace = make("div");
  const wide = matchMedia("(min-width: 60em)");
  const facetsFold = make("details", { className: "kb-facets", open: wide.matches },
    make("summary", {}, "Filters"), facetsPlace);
  wide.addEventListener("change", () => { facetsFold.open = wide.matches; });

  function drawFacets() {
    const focused = document.activeElement && document.activeElement.id;
    facetsPlace.replaceChildren();
    for (const [facet, label] of FACETS) {
      const values = data[facet].values;
      const selected = chosen.facets.get(facet) || new Set();
      const counts = new Array(values.length).fill(0);
      for (const row of passing(facet)) for (const number of numbers(facet, row)) counts[number] += 1;
      const ranked = values.map((_, number) => number)
        .filter((number) => counts[number] || selected.has(number))
        .sort((a, b) => selected.has(b) - selected.has(a) || counts[b] - counts[a] || values[a].localeCompare(values[b]));
      if (ranked.length < 2 && !selected.size) continue;
      const visible = unfolded.has(facet) ? ranked : ranked.slice(0, Math.max(SHORT, selected.size));
      const set = make("fieldset", {}, make("legend", { className: "kb-hidden" }, label));
      for (const number of visible) {
        const box = make("input", { type: "checkbox", checked: selected.has(number), id: `kb-${facet}-${number}` });
        box.addEventListener("change", () => { choose(facet, number, box.checked); });
        set.append(make("label", { className: counts[number] ? "" : "kb-none" }, box,
          make("span", {}, values[number] || NO_VALUE[facet] || "not known"),
          make("span", { className: "kb-count" }, String(counts[number]))));
      }
      if (visible.length < ranked.length) {
        const all = make("button", { type: "button" }, `${ranked.length - visible.length} more`);
        all.addEventListener("click", () => { unfolded.add(facet); drawFacets(); });
        set.append(all);
      }
      const open = opened.has(facet) ? opened.get(facet) : FIRST.has(facet) || selected.size > 0;
      const fold = make("details", { className: "kb-facet", open }, make("summary", {}, label), set);
      fold.addEventListener("toggle", () => { opened.set(facet, fold.open); });
      facetsPlace.append(fold);
    }
    if (focused && focused.startsWith("kb-")) document.getElementById(focused)?.focus();
  }

  function badge(text, kind) {
    return make("span", { className: `kb-badge ${kind}` }, text);
  }
  const OUTCOMES = { success: "kb-good", partial: "kb-fair", failure: "kb-bad" };

  function drawRow(row) {
    const outcome = value("outcome", row);
    const state = value("standing", row);
    const badges = make("span", { className: "kb-row-badges" },
      badge(outcome || "outcome not stated", OUTCOMES[outcome] || "kb-plain"));
    if (state !== "current") badges.append(badge(state, "kb-state"));
    const torch = value("torch", row);
    const python = value("python", row);
    const facts = [
      value("host", row), value("gpu", row) || value("cpu", row), value("manager", row),
      python && `Python ${python}`, torch && `torch ${torch}`,
    ].filter(Boolean);
    const marks = [...list("edge", row), ...list("tag", row).map((tag) => `#${tag}`)];
    return make("li", { className: "kb-row" },
      make("a", { className: "kb-row-title", href: `${data.id[row]}/index.html` }, data.title[row]), badges,
      make("span", { className: "kb-row-facts" }, ...facts.map((fact) => make("span", {}, fact)),
        ...marks.map((mark) => make("i", { className: "kb-chip" }, mark))),
      make("span", { className: "kb-row-id" }, make("code", {}, data.id[row]), ` ${data.created[row]} `,
        ...(window.kbCollecting ? [window.kbCollecting.toggle(data.id[row])] : [])));
  }

  function draw() {
    const rows = sorted(passing());
    const hidden = count - rows.length;
    status.textContent = `${rows.length} of ${count} record${count === 1 ? "" : "s"}`;
    reset.hidden = !hidden && !chosen.text;
    rowsPlace.replaceChildren(...rows.slice(0, limit).map(drawRow));
    more.hidden = rows.length <= limit;
    drawFacets();
  }

  function change() {
    limit = STEP;
    write();
    draw();
  }
  function choose(facet, number, on) {
    const values = chosen.facets.get(facet) || new Set();
    if (on) values.add(number); else values.delete(number);
    if (values.size) chosen.facets.set(facet, values); else chosen.facets.delete(facet);
    change();
  }

  search.addEventListener("input", () => { chosen.text = search.value.trim(); change(); });
  order.addEventListener("change", () => { chosen.sort = order.value; change(); });
  reset.addEventListener("click", () => {
    chosen = { text: "", sort: chosen.sort, facets: new Map() };
    search.value = "";
    change();
    search.focus();
  });
  more.addEventListener("click", () => { limit += STEP * 4; draw(); });
  addEventListener("hashchange", () => {
    chosen = read();
    search.value = chosen.text;
    order.value = chosen.sort;
    draw();
  });

  place.append(
    make("div", { className: "kb-find" }, search, order, reset),
    make("div", { className: "kb-results" }, facetsFold, make("div", {}, status, rowsPlace, more)),
  );
  place.hidden = false;
  draw();
})();
