/** Longer than the sandbox takes for anything, its URL check included. */
const DEADLINE_MS = 5_000;

const request = (path, options) =>
	fetch(`/sandbox/api/${path}`, { ...options, signal: AbortSignal.timeout(DEADLINE_MS) });

/** The sandbox's state as text, so that nothing is read again that has not changed. Rejects when nobody answers. */
export async function readState() {
	const response = await request('state');
	if (!response.ok) throw new Error(`HTTP ${response.status}`);
	return await response.text();
}

/** Asks the sandbox for something. Gives `undefined`, or the message of its refusal; rejects when nobody answers. */
export async function ask(method, path, body) {
	const response = await request(path, {
		method,
		...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
	});
	const answer = await response.json();
	return response.ok ? undefined : String(answer.message);
}
