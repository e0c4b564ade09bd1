// Comfort, and nothing that a page needs: every form and link works without this file.

/** Shows how many characters are left below each text box that has a limit, counted as the server counts. */
function countCharacters() {
  for (const area of document.querySelectorAll("textarea[data-max]")) {
    const left = document.getElementById(`${area.id}-left`);
    if (!left) continue;
    const show = () => {
      const count = Number(area.dataset.max) - [...area.value.replaceAll("\r\n", "\n")].length;
      left.textContent = left.dataset.words.replace("%", String(count));
      left.classList.toggle("is-over", count < 0);
    };
    area.addEventListener("input", show);
    if (area.value) show();
  }
}

/** Lets a form go once; its hidden key makes a second sending harmless anyway. */
function sendOnce() {
  const sent = new Set();
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (sent.has(event.target)) {
      event.preventDefault();
      return;
    }
    sent.add(event.target);
    // A button disabled at once would not send its own name and value.
    setTimeout(() => {
      for (const button of event.target.querySelectorAll("button[type=submit]")) button.disabled = true;
    });
  });
  // The page may come back out of the browser's memory, with its buttons as they were left.
  window.addEventListener("pageshow", () => {
    sent.clear();
    for (const button of document.querySelectorAll("button[type=submit]")) button.disabled = false;
  });
}

/** Asks the browser for a passkey, where it can, and sends what that gives with the form. */
function passkeys() {
  const known = window.PublicKeyCredential;
  if (!known?.parseCreationOptionsFromJSON || !known.parseRequestOptionsFromJSON) return;
  for (const button of document.querySelectorAll("[data-passkey]")) {
    const failed = button.form.querySelector("[data-passkey-failed]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      failed.hidden = true;
      const { publicKey } = JSON.parse(button.dataset.options);
      try {
        const given = button.dataset.passkey === "create"
          ? await navigator.credentials.create({ publicKey: known.parseCreationOptionsFromJSON(publicKey) })
          : await navigator.credentials.get({ publicKey: known.parseRequestOptionsFromJSON(publicKey) });
        button.form.elements.credential.value = JSON.stringify(given.toJSON());
      } catch {
        failed.hidden = false;
        return;
      }
      // A field for the code may be empty now.
      button.form.noValidate = true;
      button.form.requestSubmit();
    });
  }
}

/** Brings a refused form's list of mistakes to whoever cannot see it. */
function focusProblems() {
  document.querySelector(".problems")?.focus();
}

/** j and k move through the queue, a approves, r opens the removal; the box beside the list turns them off. */
function queueKeys() {
  const help = document.querySelector("[data-keys]");
  const box = document.getElementById("use-keys");
  const cards = [...document.querySelectorAll("[data-card]")];
  if (!help || !box || cards.length === 0) return;
  const remembered = "belowline-queue-keys";
  const recall = () => { try { return localStorage.getItem(remembered) !== "no"; } catch { return true; } };
  box.checked = recall();
  box.addEventListener("change", () => {
    try { localStorage.setItem(remembered, box.checked ? "yes" : "no"); } catch { /* Remembered for this page only. */ }
  });
  help.hidden = false;

  const move = (step) => {
    const at = cards.findIndex((card) => card.contains(document.activeElement));
    const next = at < 0 ? (step > 0 ? 0 : cards.length - 1) : Math.min(Math.max(at + step, 0), cards.length - 1);
    cards[next].focus();
    cards[next].scrollIntoView({ block: "nearest" });
  };
  const remove = (card) => {
    const details = card?.querySelector("details.remove");
    if (!details) return;
    details.open = true;
    details.querySelector("select")?.focus();
  };
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (!box.checked || isTyping || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const card = document.activeElement?.closest("[data-card]");
    const acts = {
      j: () => move(1),
      k: () => move(-1),
      a: () => card?.querySelector("form[data-decide=approve]")?.requestSubmit(card.querySelector("form[data-decide=approve] button")),
      r: () => remove(card),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

countCharacters();
sendOnce();
focusProblems();
passkeys();
queueKeys();
