/** Longer than the sandbox takes for anything without a workflow, its URL check included. */
const TIMEOUT_MS = 5_000;

const send = (path, options, timeoutMs = TIMEOUT_MS) =>
	fetch(`/sandbox/api/${path}`, { ...options, signal: AbortSignal.timeout(timeoutMs) });

/** The sandbox's state as text, so that an unchanged one need not be parsed. Rejects when the sandbox does not respond. */
export async function fetchState() {
	const response = await send('state');
	if (!response.ok) throw new Error(`HTTP ${response.status}`);
	return await response.text();
}

/** Sends an action. Gives `undefined`, or why it was refused (`{code, params}`); rejects when the sandbox does not respond. */
export async function sendAction(method, path, body, timeoutMs) {
	const json = body && {
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify(body),
	};
	const response = await send(path, { method, ...json }, timeoutMs);
	const { code, params } = await response.json();
	return response.ok ? undefined : { code, params };
}
