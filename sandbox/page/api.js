/** Longer than the sandbox takes for anything, its URL check included. */
const TIMEOUT_MS = 5_000;

const send = (path, options) =>
	fetch(`/sandbox/api/${path}`, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });

/** The sandbox's state as text, so that an unchanged one need not be parsed. Rejects when the sandbox does not respond. */
export async function fetchState() {
	const response = await send('state');
	if (!response.ok) throw new Error(`HTTP ${response.status}`);
	return await response.text();
}

/** Sends an action. Gives `undefined`, or why it was refused (`{code, params}`); rejects when the sandbox does not respond. */
export async function sendAction(method, path, body) {
	const response = await send(path, {
		method,
		...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
	});
	const { code, params } = await response.json();
	return response.ok ? undefined : { code, params };
}
