import {
	parseJsonObject,
	readEnvelope,
	readEvent,
} from '../../../nodes/FeishuHireExam/events/envelope';
import { APP, TOKEN, event, oldEvent } from '../../support/feishuDelivery';

const header = {
	event_id: 'e1',
	event_type: 'hire.eco_exam.created_v1',
	create_time: '1608725989000',
	app_id: APP,
	tenant_key: 'k',
};

describe('the envelopes', () => {
	it('of both schemas result in the same header and token', () => {
		const expected = { token: TOKEN, header };
		expect(readEnvelope(event({ event_id: 'e1' }))).toEqual(expected);
		expect(readEnvelope(oldEvent({ uuid: 'e1' }))).toEqual(expected);
	});

	it.each([
		['nothing', {}],
		['numbers', { header: { event_id: 1, token: 2 } }],
		['a list for a header', { header: ['e1'] }],
	])('with %s have empty text in the header', (_, body) => {
		const empty = { event_id: '', event_type: '', create_time: '', app_id: '', tenant_key: '' };
		expect(readEnvelope(body)).toEqual({ token: '', header: empty });
	});
});

describe('the event in an envelope', () => {
	const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });

	it('is the object that Feishu sent', () => {
		expect(readEvent(event())).toEqual({ exam_id: '7178536692385679677' });
	});

	it.each([
		['missing', {}],
		['text', { event: 'x' }],
		['a list', { event: [] }],
		['null', { event: null }],
		['nested more than 50 levels', { event: nested(51) }],
	])('is none when it is %s', (_, body) => {
		expect(readEvent(body)).toBeUndefined();
	});

	it('may have 50 levels', () => {
		expect(readEvent({ event: nested(50) })).toBeDefined();
	});
});

describe('JSON', () => {
	it('is read when it is an object', () => {
		expect(parseJsonObject('{"a":1}')).toEqual({ a: 1 });
		for (const text of ['[]', 'null', '1', '"x"', '', '{', 'hello']) {
			expect(parseJsonObject(text)).toBeUndefined();
		}
	});
});
