import fc from 'fast-check';

import { credentials, event, oldEvent, seal, sign } from '../support/feishuDelivery';
import { startWebhookHost, type WebhookHost } from '../support/webhookHost';

const TYPES = {
	examCreated: 'hire.eco_exam.created_v1',
	accountBound: 'hire.eco_account.created_v1',
};

let host: WebhookHost;
beforeAll(async () => {
	host = await startWebhookHost(credentials, { events: Object.keys(TYPES), simplify: false });
});
afterAll(async () => await host.close());

/** Encrypts, signs and sends; returns what the workflow got. */
async function send(envelope: object) {
	const body = seal(envelope);
	const headers = { 'content-type': 'application/json', ...sign(body) };
	const { status } = await fetch(host.url, { method: 'POST', headers, body });
	expect(status).toBe(200);
	const [started, ...more] = host.started.splice(0);
	expect(more).toEqual([]);
	return started;
}

/** Any object that JSON can carry, as deep as events are. */
const content = fc
	.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4 }))
	.map((object) => JSON.parse(JSON.stringify({ ...object, scope: 2 })) as object);

describe('any event that JSON can carry arrives unchanged', () => {
	it('in both envelopes', async () => {
		let sent = 0;
		const property = fc.asyncProperty(
			content,
			fc.string({ minLength: 1, unit: 'grapheme' }),
			fc.constantFrom(...Object.values(TYPES)),
			async (said, text, type) => {
				const id = `${text}${(sent += 1)}`;
				const today = await send(event({ event_id: id, event_type: type }, said));
				expect(today).toMatchObject({ header: { event_id: id, event_type: type } });
				expect(today?.event).toEqual(said);

				const old = oldEvent({ uuid: `${id} before` }, { ...said, type });
				const former = await send({ ...old, event: { ...old.event, app_id: credentials.appId } });
				expect(former?.event).toMatchObject({ ...said, type });
			},
		);
		await fc.assert(property, { numRuns: 200 });
	});

	it('with every Unicode letter, mark, number and symbol', async () => {
		const letters: string[] = [];
		for (let code = 0; code <= 0x10ffff; code += 1) {
			const letter = code >= 0xd800 && code <= 0xdfff ? '' : String.fromCodePoint(code);
			if (/\p{L}|\p{M}|\p{N}|\p{P}|\p{S}|\p{Zs}/u.test(letter)) letters.push(letter);
		}
		expect(letters.length).toBeGreaterThan(140_000);
		for (let begin = 0; begin < letters.length; begin += 5_000) {
			const name = letters.slice(begin, begin + 5_000).join('');
			const started = await send(event({}, { candidate_info: { name } }));
			expect(started?.event).toEqual({ candidate_info: { name } });
		}
	});
});
