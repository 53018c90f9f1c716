// What pages can do beyond being read: copy, filter a long table, fold everything, say that a date has passed.
// Everything is there without it.
(() => {
  "use strict";

  for (const button of document.querySelectorAll("[data-kb-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      // What is on the page already is not written twice.
      const text = button.dataset.kbCopy || button.previousElementSibling.textContent;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        copyBySelection(text);
      }
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
  }

  // Pages opened from a file may not use the clipboard directly.
  function copyBySelection(text) {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }

  for (const table of document.querySelectorAll("table[data-kb-filter]")) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 15) continue;
    const field = document.createElement("input");
    field.type = "search";
    field.className = "kb-filter";
    field.placeholder = table.dataset.kbFilter;
    field.setAttribute("aria-label", table.dataset.kbFilter);
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/);
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
    });
    table.parentElement.before(field);
  }

  for (const section of document.querySelectorAll("[data-kb-folds]")) {
    const folds = section.querySelectorAll("details.kb-facts");
    if (folds.length < 2) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "kb-copy";
    const label = () => {
      const closed = [...folds].some((fold) => !fold.open);
      button.textContent = closed ? "Open all" : "Close all";
      return closed;
    };
    button.addEventListener("click", () => {
      const open = label();
      for (const fold of folds) fold.open = open;
      label();
    });
    label();
    section.querySelector("h2").append(" ", button);
  }

  // A link to something inside a fold opens it.
  function openTarget() {
    let element = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const target = element;
    for (; element; element = element.parentElement) {
      if (element instanceof HTMLDetailsElement) element.open = true;
    }
    if (target && target.closest(".kb")) target.scrollIntoView();
  }
  addEventListener("hashchange", openTarget);
  if (location.hash) openTarget();

  const evaluated = document.querySelector("[data-kb-evaluated]");
  if (evaluated) {
    const days = Math.floor((Date.now() - Date.parse(evaluated.dateTime)) / 86400000);
    if (days > 0) evaluated.after(` (${days} day${days === 1 ? "" : "s"} ago)`);
  }

  // A page that was built before a day passed does not know that it has.
  for (const until of document.querySelectorAll("[data-kb-until]")) {
    const end = Date.parse(`${until.dateTime}T23:59:59.999Z`);
    if (Date.now() > end) {
      const passed = document.createElement("strong");
      passed.className = "kb-remark-inline";
      passed.textContent = " (this day has passed)";
      until.after(passed);
    }
  }

  const links = [...document.querySelectorAll(".kb-toc a")];
  if (links.length && "IntersectionObserver" in window) {
    const byHeading = new Map(links.map((link) => [document.getElementById(link.hash.slice(1)), link]));
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links) link.removeAttribute("aria-current");
        byHeading.get(entry.target).setAttribute("aria-current", "true");
      }
    }, { rootMargin: "-60px 0px -70% 0px" });
    for (const heading of byHeading.keys()) if (heading) observer.observe(heading);
  }
})();
