// See /docs/forms.
(() => {
const all = (at, selector) => [...at.querySelectorAll(selector)];
const home = all(document, 'script[src*="actions/client.js"]')[0]?.src || location.href;
const sending = new Set(), keys = new WeakMap();
const make = (tag, attributes, ...content) => {
	const made = document.createElement(tag);
	for (const name in attributes) made.setAttribute(name, attributes[name]);
	made.append(...content);
	return made;
};
const box = (at, mark, attributes) => {
	if (!all(at, `[${mark}]`)[0]) at.prepend(make("div", { [mark]: "", ...attributes }));
	return all(at, `[${mark}]`)[0];
};
const texts = (element) => JSON.parse(element.dataset.sentences || "{}");
const say = (form, text, code) => texts(form)[code] || texts(form)[text] || text;
const controls = (form) => [...form.elements].filter((item) => item.name && item.type !== "hidden");
const emit = (form, name, detail) =>
	form.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, cancelable: true }));

function place(form, control) {
	const { name } = control, id = "e-" + name.replace(/\W/g, "_");
	const found = all(form, "[data-error-for]").find((item) => item.dataset.errorFor === name);
	if (found) return found;
	(control.closest("label") || control).after(make("p", { id, class: "error", "data-error-for": name }));
	control.setAttribute("aria-describedby", id);
	return place(form, control);
}
function tell(form, ...lines) {
	const found = box(form, "data-problem", { role: "alert", class: "problem", tabindex: -1 });
	found.hidden = !lines.length;
	found.replaceChildren(...lines.map((line) => make("p", {}, line)));
	return found;
}
function refuse(form, text, errors = []) {
	const lines = [];
	for (const { field, code, message } of errors) {
		const control = controls(form).find((item) => item.name === field), at = control && place(form, control);
		if (!at) { lines.push(message); continue; }
		const told = texts(at)[code] || message;
		if (!at.textContent.includes(told)) at.append(told + " ");
		(control.closest("[role=radiogroup]") || control).setAttribute("aria-invalid", true);
	}
	const whole = tell(form, text, ...lines);
	(all(form, "[aria-invalid]:not(fieldset), [aria-invalid] input")[0] || whole).focus();
}
function toast({ type, title, message }, form) {
	const shown = make("div", { role: "status", class: "notice " + type });
	box(document.body, "data-toasts").append(shown);
	if (title) shown.append(make("strong", {}, say(form, title)), " ");
	shown.append(say(form, message));
	setTimeout(() => shown.remove(), 1e4);
}
function go({ location: to, window: where, delay }) {
	const url = new URL(to, document.baseURI), frame = { parent, top }[where] || window;
	const wait = delay ?? (all(document, ".notice")[0] ? 1500 : 0);
	if (/^https?:$/.test(url.protocol))
		setTimeout(() => where === "blank" ? open(url, "_blank", "noopener") : frame.location.assign(url), wait);
}
function save({ content, name, contentType: type, message }, form) {
	const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt());
	make("a", { download: name, href: URL.createObjectURL(new Blob([bytes], { type })) }).click();
	if (message) toast({ type: "info", message }, form);
}
const DO = {
	"client.notify": toast,
	"client.redirect": go,
	"client.store.set": ({ key, value }) =>
		localStorage.setItem(key, typeof value === "string" ? value : JSON.stringify(value)),
	"client.cookie.set": ({ key, value }) => { document.cookie = `${key}=${value}; Path=/`; },
	"client.file.download": save,
};
function meant(form) {
	const data = new FormData(form);
	for (const { name, type, checked, value, required, defaultValue } of controls(form)) {
		if (type === "checkbox" && value === "on" && !checked) data.set(name, "false");
		if (!value && !required && !defaultValue) data.delete(name);
	}
	return data;
}
async function send(form) {
	const to = form.getAttribute("action") || new URL("/action/" + form.dataset.action, home);
	const key = keys.get(form) || crypto.getRandomValues(new Uint32Array(4)).join("-");
	keys.set(form, key);
	const answer = await fetch(to, {
		method: "POST", body: meant(form), headers: { Accept: "application/json", "Idempotency-Key": key },
	});
	keys.delete(form);
	if (!/json/.test(answer.headers.get("Content-Type")))
		return location.assign(URL.createObjectURL(await answer.blob()));
	const entries = await answer.json(), failed = !answer.ok && entries[0].Attributes;
	if (failed) return emit(form, "action.failure", failed) && refuse(form, say(form, failed.message, failed.code), failed.errors);
	for (const { ResponseType: name, Attributes: given } of entries)
		if (emit(form, name, given)) DO[name]?.(given, form);
	if (!entries.some((item) => DO[item.ResponseType]) && texts(form).done) toast({ type: "success", message: "done" }, form);
}
document.addEventListener("submit", async (event) => {
	const form = event.target, button = event.submitter || {};
	if (!form.dataset.action) return;
	event.preventDefault();
	if (sending.has(form)) return;
	all(form, "[data-error-for]").forEach((item) => item.replaceChildren());
	all(form, "[aria-invalid]").forEach((item) => item.removeAttribute("aria-invalid"));
	tell(form);
	const bad = controls(form).filter((item) => !item.checkValidity());
	if (bad.length) return refuse(form, say(form, "", "invalid_input"), bad.map((item) =>
		({ field: item.name, code: item.value ? "" : "required", message: item.validationMessage })));
	sending.add(form);
	button.disabled = true;
	try { await send(form); } catch {
		refuse(form, say(form, "No connection.", "unreachable"));
	}
	sending.delete(form);
	button.disabled = false;
});
document.addEventListener("click", ({ target }) => {
	const field = document.getElementById(target.dataset.reveal);
	if (!field) return;
	field.type = field.type === "text" ? "password" : "text";
	target.setAttribute("aria-pressed", field.type === "text");
});
all(document, "[data-plain]").forEach((item) => item.remove());
all(document, "form[data-action]").forEach((form) => { form.noValidate = true; });
all(document, "[data-reveal]").forEach((button) => { button.hidden = false; });
})();
