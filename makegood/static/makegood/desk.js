// The desk: better with this, complete without it. Keys, live changes, one send for two clicks, day or night.
(() => {
  "use strict";
  const root = document.documentElement;
  const kept = localStorage.getItem("makegood-theme");
  if (kept) root.dataset.theme = kept;

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const isField = (element) => !!element && (element.matches("input, textarea, select") || element.isContentEditable);

  const switchTheme = () => {
    const isNight = (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "day")) === "night";
    root.dataset.theme = isNight ? "day" : "night";
    localStorage.setItem("makegood-theme", root.dataset.theme);
  };

  // Which part of the story is shown; it outlives the story's being read anew.
  let shown = "";
  const filter = () => {
    all("[data-about]").forEach((entry) => { entry.hidden = shown !== "" && entry.dataset.about !== shown; });
    all("[data-filter]").forEach((button) => {
      const isOn = button.dataset.filter === shown;
      button.setAttribute("aria-pressed", isOn);
      button.classList.toggle("btn-active", isOn);
      button.classList.toggle("btn-ghost", !isOn);
    });
  };

  const reveal = () => all(".js-only").forEach((element) => { element.hidden = false; });

  const rows = () => all("[data-row]").filter((row) => row.offsetParent !== null);
  const step = (by) => {
    const list = rows();
    if (!list.length) return;
    const current = list.findIndex((row) => row === document.activeElement);
    const open = list.findIndex((row) => row.getAttribute("aria-current") === "page");
    const from = current >= 0 ? current : open;
    const to = from < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(from + by, 0), list.length - 1);
    list[to].focus();
    list[to].scrollIntoView({ block: "nearest" });
  };

  const goTo = (selector) => (event) => {
    const field = one(selector);
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "nearest" });
  };

  const showKeys = () => { const dialog = one("#keys"); if (dialog && !dialog.open) dialog.showModal(); };
  const choose = (rank) => () => one(`[data-remedy="${rank}"]`)?.focus();
  const KEYS = {
    j: () => step(1), k: () => step(-1), "/": goTo("#search"), r: goTo("#body"), n: goTo("#note"),
    1: choose(1), 2: choose(2), 3: choose(3), 4: choose(4), "?": showKeys,
    a: () => one("#assign-to-me")?.requestSubmit(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (isField(document.activeElement)) document.activeElement.blur();
      all("header details[open], #case-head details[open]").forEach((menu) => { menu.open = false; });
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target) || one("dialog[open]")) return;
    const act = KEYS[event.key];
    if (act) act(event);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-theme-switch]")) switchTheme();
    if (button.matches("[data-keys]")) showKeys();
    if (button.matches("[data-filter]")) { shown = button.dataset.filter; filter(); }
    if (button.matches("[data-draft-again]")) draftAgain(button.dataset.draftAgain);
  });

  // A second click while the first is under way sends nothing; the form's key makes sure of it on the other side too.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-once]");
    // What is only looked at, in a page of its own, is no sending.
    if (!form || event.submitter?.formTarget) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    isLeaving = true;
  });
  addEventListener("pageshow", () => { isLeaving = false; all("form[data-sent]").forEach((form) => delete form.dataset.sent); });

  // The reply: its marks lie behind the words, and are put away while the words differ from what was checked.
  let isLeaving = false;
  const body = () => one("#body");
  const isTyped = () => { const words = body(); return !!words && words.value !== words.defaultValue; };
  const layMarks = () => {
    const marks = one("#reply-marks");
    if (!marks || !body()) return;
    marks.style.visibility = marks.textContent.trim() === body().value.trim() ? "" : "hidden";
    marks.scrollTop = body().scrollTop;
  };
  document.addEventListener("input", (event) => { if (event.target.id === "body") layMarks(); });
  document.addEventListener("scroll", (event) => {
    if (event.target.id === "body" && one("#reply-marks")) one("#reply-marks").scrollTop = event.target.scrollTop;
  }, true);
  addEventListener("beforeunload", (event) => { if (isTyped() && !isLeaving) event.preventDefault(); });

  const draftAgain = (address) => window.htmx.ajax("GET", address, { target: "#reply", swap: "innerHTML" });
  // The facts behind the reply have changed: nobody typed, so it is drafted anew; else it is checked anew and said.
  const factsChanged = () => {
    const again = one("[data-draft-again]");
    if (!again) return;
    if (!isTyped()) { draftAgain(again.dataset.draftAgain); return; }
    one("[data-facts-changed]").classList.remove("hidden");
    window.htmx.trigger(body(), "recheck");
  };

  const live = (isLive) => all("[data-live]").forEach((sign) => { sign.hidden = (sign.dataset.live === "yes") !== isLive; });

  document.addEventListener("DOMContentLoaded", () => {
    reveal();
    one("#problem")?.focus();
    document.body.addEventListener("htmx:sseOpen", () => live(true));
    document.body.addEventListener("htmx:sseError", () => live(false));
    // What was unfolded stays so when its part of the page is read anew.
    let unfolded = [];
    document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
      unfolded = all("details[id][open]", event.target).map((fold) => fold.id);
    });
    document.body.addEventListener("htmx:oobAfterSwap", (event) => {
      unfolded.forEach((id) => { const fold = document.getElementById(id); if (fold) fold.open = true; });
    });
    document.body.addEventListener("htmx:afterSettle", () => { reveal(); filter(); layMarks(); });
    document.body.addEventListener("htmx:afterRequest", (event) => {
      if (event.target.id === "case-pulse" && event.detail.successful && event.detail.xhr.status === 200) {
        reveal();
        filter();
        factsChanged();
      }
    });
  });
})();
