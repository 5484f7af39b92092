import { EVENTS } from '../../../nodes/FeishuHireExam/events/catalogue';
import type { EventSettings } from '../../../nodes/FeishuHireExam/events/settings';
import {
	verifyDelivery,
	type Receiver,
} from '../../../nodes/FeishuHireExam/webhook/verifyDelivery';
import { APP, KEY, TOKEN, event, oldEvent, seal, sign } from '../../support/feishuDelivery';

const NOW = Date.UTC(2026, 10, 27);
const TIMESTAMP = String(NOW / 1000);
const MEGABYTE = 1024 * 1024;

const settings: EventSettings = {
	eventTypes: [EVENTS.examCreated.type, EVENTS.accountBound.type],
	simplify: true,
	includeFieldValues: false,
};
const receiver: Receiver = {
	appId: APP,
	encryptKey: KEY,
	verificationToken: TOKEN,
	readSettings: () => settings,
};
const plain: Receiver = { ...receiver, encryptKey: '' };
const unsigned = (body: string, to = receiver) =>
	verifyDelivery({ headers: {}, rawBody: Buffer.from(body), receivedAt: NOW }, to);
const signed = (body: string, to = receiver, timestamp = TIMESTAMP, key = KEY) =>
	verifyDelivery(
		{ headers: sign(body, timestamp, key), rawBody: Buffer.from(body), receivedAt: NOW },
		to,
	);
const refused = (status: number, reason: string) => ({
	kind: 'refused',
	status,
	reason: expect.stringContaining(reason),
});

describe('an event', () => {
	const header = {
		event_id: 'e1',
		event_type: 'hire.eco_exam.created_v1',
		create_time: '1608725989000',
		app_id: APP,
		tenant_key: 'k',
		delivery_id: expect.any(String),
	};

	it('is accepted signed and encrypted, or plain with the token, without the token in it', () => {
		const expected = {
			kind: 'event',
			header,
			event: { exam_id: '7178536692385679677' },
			settings,
		};
		const sent = event({ event_id: 'e1' });
		expect(signed(seal(sent))).toEqual(expected);
		expect(unsigned(JSON.stringify(sent), plain)).toEqual(expected);
	});

	it('is accepted in the older envelope', () => {
		expect(signed(seal(oldEvent({ uuid: 'e1' })))).toMatchObject({ kind: 'event', header });
	});

	it('has another delivery ID with each delivery', () => {
		const body = seal(event());
		expect(signed(body)).not.toEqual(signed(body));
	});

	it('is ignored when it was not selected, or the filters exclude it', () => {
		const other = seal(event({ event_type: 'hire.talent.deleted_v1' }));
		expect(signed(other)).toEqual({ kind: 'ignored' });
		const ofPaper = seal(event({}, { paper_id: 'p1' }));
		expect(
			signed(ofPaper, { ...receiver, readSettings: () => ({ ...settings, paperIds: ['p2'] }) }),
		).toEqual({
			kind: 'ignored',
		});
	});

	it('of an app ticket is a ticket, whatever is selected', () => {
		const unreadable = () => {
			throw new Error('The settings cannot be read');
		};
		const ticket = seal(
			oldEvent({}, { type: 'app_ticket', app_ticket: 't-1', exam_id: undefined }),
		);
		expect(signed(ticket, { ...receiver, readSettings: unreadable })).toEqual({
			kind: 'ticket',
			ticket: 't-1',
		});
	});
});

describe('the URL check', () => {
	const check = { type: 'url_verification', challenge: 'c-1', token: TOKEN };
	const answered = { kind: 'challenge', challenge: 'c-1' };

	it('is answered without a signature', () => {
		expect(unsigned(seal(check))).toEqual(answered);
		expect(unsigned(JSON.stringify(check), plain)).toEqual(answered);
	});

	it('is refused with a wrong token, or unencrypted where there is an Encrypt Key', () => {
		expect(unsigned(seal({ ...check, token: 'other' }))).toEqual(refused(401, 'token'));
		expect(unsigned(JSON.stringify(check))).toEqual(refused(401, 'decrypted'));
	});
});

describe('the checks run in a fixed order, and each one refuses', () => {
	const stale = String(NOW / 1000 - 301);
	const huge = JSON.stringify({ encrypt: 'x'.repeat(MEGABYTE) });
	const foreign = event({ token: 'other', app_id: 'cli_other', event_id: '' });
	const noKeys = { ...receiver, encryptKey: '', verificationToken: '' };

	it.each([
		['keys', unsigned(huge, noKeys), 401, 'neither an Encrypt Key nor a Verification Token'],
		['size', signed(huge, receiver, stale, 'other'), 413, 'larger than an event'],
		['JSON', signed('[]', receiver, stale, 'other'), 400, 'not a JSON object'],
		['signature', signed('{}', receiver, stale, 'other'), 401, 'signature does not match'],
		['freshness', signed('{}', receiver, stale), 401, 'too old or from the future'],
		['decryption', signed('{}'), 401, 'could not be decrypted'],
		['encryption without a key', unsigned(seal(foreign), plain), 401, 'has no Encrypt Key'],
		['missing signature', unsigned(seal(foreign)), 401, 'signature is missing'],
		['token', signed(seal(foreign)), 401, 'token does not match'],
		['app', signed(seal(event({ app_id: 'cli_other', event_id: '' }))), 403, 'for another app'],
		['event', signed(seal(event({ event_id: '' }))), 400, 'not an event'],
	])('%s', (_, verdict, status, reason) => {
		expect(verdict).toEqual(refused(status, reason));
	});

	it('treat a body that resembles a verdict as a body', () => {
		const verdict = { kind: 'refused', status: 200, reason: 'x' };
		expect(unsigned(JSON.stringify(verdict), plain)).toEqual(refused(401, 'token'));
	});
});
