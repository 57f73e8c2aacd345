// Passkeys: asks the browser for one and sends its answer with the form. Codes work without this file.
"use strict";

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function descriptors(list) {
  return (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));
}

// What the form sends: the same of every answer, and what only some have.
function told({ id, rawId, type, response }, more) {
  return { id, type, rawId: text(rawId), response: { clientDataJSON: text(response.clientDataJSON), ...more(response) } };
}

async function prove(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: descriptors(options.allowCredentials),
  };
  return told(await navigator.credentials.get({ publicKey }), (response) => ({
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
  }));
}

async function make(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: descriptors(options.excludeCredentials),
  };
  return told(await navigator.credentials.create({ publicKey }), (response) => ({
    attestationObject: text(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  }));
}

function offer(button, ask, options) {
  const form = button.form;
  const complaint = form.querySelector("[data-passkey-error]");
  button.addEventListener("click", async () => {
    if (!form.reportValidity()) return;
    complaint.hidden = true;
    button.disabled = true;
    try {
      form.elements[button.dataset.passkeyInto].value = JSON.stringify(await ask(JSON.parse(options)));
      form.requestSubmit();
    } catch (error) {
      const words = JSON.parse(complaint.dataset.words);
      complaint.textContent = words[error.name] ?? words.Error;
      complaint.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}

const isPossible = window.isSecureContext && "PublicKeyCredential" in window;
for (const each of document.querySelectorAll("[data-passkey-without]")) each.hidden = true;
for (const each of document.querySelectorAll("[data-passkey-ways]")) each.hidden = !isPossible;
for (const each of document.querySelectorAll("[data-passkey-impossible]")) each.hidden = isPossible;
for (const button of document.querySelectorAll("[data-passkey-use]")) offer(button, prove, button.dataset.passkeyUse);
for (const button of document.querySelectorAll("[data-passkey-make]")) offer(button, make, button.dataset.passkeyMake);
