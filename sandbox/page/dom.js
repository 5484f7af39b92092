/**
 * Makes an element. Attributes named `on…` are handlers; true is an attribute without value, false and undefined are none.
 * `key` names a child among its siblings. Children are elements or text; text is never read as HTML.
 */
export function h(tag, { key, ...attributes } = {}, ...children) {
	const element = document.createElement(tag);
	element.key = key;
	element.handlers = {};
	for (const [name, value] of Object.entries(attributes)) {
		if (name.startsWith('on')) element.handlers[name] = element[name] = value;
		else if (value === true) element.setAttribute(name, '');
		else if (value !== false && value !== undefined) element.setAttribute(name, value);
	}
	element.append(
		...children
			.flat(Infinity)
			.filter((child) => child !== undefined && child !== false && child !== ''),
	);
	return element;
}

/** Whether an attribute belongs to the person and the browser: a dialog is open while it is shown. */
const isOwn = (element, name) => element.localName === 'dialog' && name === 'open';

function patchElement(old, wanted) {
	for (const name of old.getAttributeNames()) {
		if (!wanted.hasAttribute(name) && !isOwn(old, name)) old.removeAttribute(name);
	}
	for (const name of wanted.getAttributeNames()) {
		const value = wanted.getAttribute(name);
		if (old.getAttribute(name) !== value) old.setAttribute(name, value);
	}
	for (const name of Object.keys(old.handlers)) old[name] = null;
	old.handlers = wanted.handlers;
	Object.assign(old, wanted.handlers);
	patchChildren(old, [...wanted.childNodes]);
}

const isSame = (old, wanted) => old?.nodeName === wanted.nodeName && old.key === wanted.key;

/**
 * Makes the children of `parent` look like `wanted`, changing only what differs: focus, selections, scroll positions
 * and half-filled fields stay.
 */
export function patchChildren(parent, wanted) {
	const keys = new Set(wanted.map(({ key }) => key));
	for (const child of [...parent.childNodes]) if (!keys.has(child.key)) child.remove();
	const keyed = new Map([...parent.childNodes].map((child) => [child.key, child]));

	let place = parent.firstChild;
	for (const next of wanted) {
		const known = next.key === undefined ? place : keyed.get(next.key);
		if (!known || !isSame(known, next)) {
			parent.insertBefore(next, place);
			continue;
		}
		keyed.delete(next.key);
		// Moving an element takes the focus from it; whatever stays where it is, is not touched.
		if (known !== place) parent.insertBefore(known, place);
		if (known.nodeType === Node.TEXT_NODE) {
			if (known.data !== next.data) known.data = next.data;
		} else {
			patchElement(known, next);
		}
		place = known.nextSibling;
	}
	while (place) {
		const { nextSibling } = place;
		place.remove();
		place = nextSibling;
	}
}
