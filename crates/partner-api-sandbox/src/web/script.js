// What the page can do besides: it loads itself again when something changed, sends forms without leaving, copies texts, and
// knows keys. Everything works without it.
"use strict";
(() => {
  const main = () => document.getElementById("main");
  const parts = (root) => root.querySelectorAll("[data-live]");
  // How many loads are under way, which one began last, and whether a button of the mouse is down: what is pressed stays.
  let busy = 0, turn = 0, held = false;
  for (const [name, is] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]]) addEventListener(name, () => { held = is; }, true);

  // Takes over the live parts of a page that was just loaded; what is being written, open or focused stays so.
  function show(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    if (!fresh.getElementById("main")) { location.reload(); return; }
    document.title = fresh.title;
    const focus = document.activeElement, path = focus && focus !== document.body ? trail(focus) : null;
    const range = focus && "selectionStart" in focus ? safely(() => [focus.selectionStart, focus.selectionEnd]) : null;
    const written = [...document.querySelectorAll("[data-live] :is(input,select,textarea)")].filter(isDirty).map((it) => [trail(it), it.type === "checkbox" ? it.checked : it.value]);
    const open = [...document.querySelectorAll("details[id]")].map((it) => [it.id, it.open]);
    const scroll = [scrollX, scrollY];
    for (const part of parts(document)) {
      const other = fresh.getElementById(part.id);
      if (other) part.replaceWith(document.importNode(other, true));
    }
    for (const [id, was] of open) { const it = document.getElementById(id); if (it && !it.querySelector(".outcome")) it.open = was; }
    for (const [where, value] of written) { const it = at(where); if (it) { if (it.type === "checkbox") it.checked = value; else it.value = value; } }
    const nav = fresh.querySelector("header nav");
    if (nav) document.querySelector("header nav")?.replaceWith(document.importNode(nav, true));
    const again = path && at(path);
    if (again) { again.focus({ preventScroll: true }); if (range && range[0] !== null) safely(() => again.setSelectionRange(...range)); }
    scrollTo(...scroll);
    dress();
  }
  const safely = (f) => { try { return f(); } catch { return null; } };
  const isDirty = (it) => it.type === "checkbox" ? it.checked !== it.defaultChecked : it.tagName === "SELECT" ? [...it.options].some((o) => o.selected !== o.defaultSelected) && [...it.options].some((o) => o.defaultSelected) : it.type !== "hidden" && it.value !== it.defaultValue;
  // Where an element is: its id, or its place below the nearest one that has an id.
  function trail(it) {
    const steps = [];
    while (it && !it.id && it.parentElement) { steps.unshift([...it.parentElement.children].indexOf(it)); it = it.parentElement; }
    return [it ? it.id : "", steps];
  }
  const at = ([id, steps]) => steps.reduce((it, step) => it && it.children[step], id ? document.getElementById(id) : null);

  // What only the script can do is hidden until here; where places do not fit, this one is in sight.
  function dress() {
    const nav = document.querySelector("header nav"), here = nav?.querySelector("[aria-current]");
    if (here) nav.scrollLeft = here.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
    for (const it of document.querySelectorAll("[data-copy], .keys")) it.hidden = false;
  }

  async function load(url, options) {
    busy += 1;
    const mine = turn += 1;
    try {
      const answer = await fetch(url, { ...options, headers: { "x-live": "1" } });
      const text = await answer.text();
      if (answer.url && new URL(answer.url).pathname === "/enter") { location.assign("/enter"); return null; }
      if (answer.status === 401) { location.reload(); return null; }
      // Whoever asked later has seen more.
      if (mine !== turn) return null;
      show(text);
      return answer;
    } finally { busy -= 1; }
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.getAttribute("method") !== "post") return;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    form.querySelectorAll("input,select").forEach((it) => { if (it.type !== "hidden") { if (it.type === "checkbox") it.defaultChecked = it.checked; else it.defaultValue = it.value; } });
    const answer = await load(form.getAttribute("action"), { method: "POST", body: fields }).catch(() => null);
    if (!answer) return;
    const url = new URL(answer.url);
    if (url.pathname.startsWith("/page/move") || url.pathname.startsWith("/page/ask")) return;
    // A fetch does not tell the part behind #; the outcome shows where it is.
    const moved = url.pathname !== location.pathname;
    history[moved ? "pushState" : "replaceState"](null, "", url.pathname + url.search);
    const outcome = document.querySelector(".outcome");
    if (outcome) { outcome.closest("details")?.setAttribute("open", ""); outcome.focus({ preventScroll: true }); outcome.scrollIntoView({ block: "nearest" }); }
    else if (moved) scrollTo(0, 0);
  });
  addEventListener("popstate", () => load(location.href).catch(() => {}));

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) {
      const clock = document.getElementById("clock");
      if (clock && clock.open && !clock.contains(event.target) && event.target.isConnected) clock.open = false;
      return;
    }
    const label = button.dataset.label ??= button.textContent;
    await navigator.clipboard.writeText(button.dataset.copy).then(() => "copied", () => "not allowed").then((said) => { button.textContent = said; });
    setTimeout(() => { button.textContent = label; }, 1500);
  });

  let before = "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      const clock = document.getElementById("clock");
      if (clock?.open) { clock.open = false; clock.querySelector("summary").focus(); } else document.activeElement?.blur();
      return;
    }
    if (event.target.closest("input,select,textarea")) return;
    const pressed = before === "g" ? document.querySelector(`header nav a[data-key="${CSS.escape(event.key)}"]`) : null;
    before = event.key;
    if (pressed) { before = ""; pressed.click(); return; }
    if (event.key === "c") { const clock = document.getElementById("clock"); clock.open = !clock.open; clock.querySelector(clock.open ? "button" : "summary").focus(); event.preventDefault(); }
    if (event.key === "/") { const find = document.getElementById("find"); if (find) find.focus(); else location.assign("/#find"); event.preventDefault(); }
  });

  // Asks whether something changed, as long as somebody looks.
  async function watch() {
    for (;;) {
      if (document.hidden) { await new Promise((go) => document.addEventListener("visibilitychange", go, { once: true })); continue; }
      const mark = main().dataset.mark;
      const news = await fetch(`/page/live?place=${encodeURIComponent(location.pathname)}&mark=${encodeURIComponent(mark)}`).then((it) => (it.ok ? it.text() : it.status === 401 ? (location.reload(), null) : null), () => null);
      if (news === null) { await pause(3000); continue; }
      if (news !== mark && busy === 0 && !held && !document.hidden) {
        await load(location.href).catch(() => {});
        if (main().dataset.mark === mark) main().dataset.mark = news;
      }
      await pause(600);
    }
  }
  const pause = (millis) => new Promise((go) => setTimeout(go, millis));

  // Lets a running clock run on the page as well.
  const loaded = { text: "", at: 0 };
  setInterval(() => {
    const now = document.getElementById("now");
    if (!now || now.dataset.frozen === "true") return;
    if (loaded.text !== now.dateTime) { loaded.text = now.dateTime; loaded.at = performance.now(); }
    const time = new Date(Date.parse(loaded.text) + performance.now() - loaded.at);
    now.textContent = time.toISOString().slice(11, 19);
    document.querySelector("#clock .date").textContent = time.toISOString().slice(0, 10);
  }, 1000);

  dress();
  if (location.hash === "#find") document.getElementById("find")?.focus();
  watch();
})();
