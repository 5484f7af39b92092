import fc from 'fast-check';

import type { Frame } from '../../../nodes/FeishuHireExam/longConnection/frame';
import { PartAssembler } from '../../../nodes/FeishuHireExam/longConnection/parts';
import { anyLetter } from '../../support/anyLetter';
import { TestClock } from '../../support/testClock';

const MEGABYTE = 1024 * 1024;

let clock: TestClock;
let assembler: PartAssembler;
beforeEach(() => {
	clock = new TestClock();
	assembler = new PartAssembler(clock);
});

const frameWith = (headers: Record<string, string>, payload?: Uint8Array): Frame => ({
	seqId: 1n,
	logId: 1n,
	service: 1,
	method: 1,
	headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
	payload,
});

const add = (id: string, sum: number, seq: number, payload: string | Uint8Array) => {
	const headers = { message_id: id, sum: String(sum), seq: String(seq) };
	const assembly = assembler.add(frameWith(headers, Buffer.from(payload)));
	return assembly.kind === 'complete' ? Buffer.from(assembly.payload).toString() : assembly.kind;
};

it('takes an event that comes in one part', () => {
	expect(add('a', 1, 0, '笔试')).toBe('笔试');
	expect(assembler.add(frameWith({}, Buffer.from('x')))).toMatchObject({ kind: 'complete' });
	expect(assembler.add(frameWith({}))).toEqual({ kind: 'complete', payload: new Uint8Array() });
});

it('joins parts in any order, wherever they end, also within a character', () => {
	const splitText = fc
		.string({ unit: anyLetter, minLength: 2, maxLength: 30 })
		.map((text) => Buffer.from(text))
		.chain((bytes) => {
			const order = [...bytes.keys()];
			const orders = fc.shuffledSubarray(order, { minLength: order.length });
			return fc.record({ bytes: fc.constant(bytes), order: orders });
		});
	fc.assert(
		fc.property(splitText, ({ bytes, order }) => {
			const results = order.map((seq) => add('a', bytes.length, seq, bytes.subarray(seq, seq + 1)));
			expect(results.pop()).toBe(bytes.toString());
			expect(new Set(results)).toEqual(new Set(['incomplete']));
		}),
	);
});

it('keeps the parts of several events apart', () => {
	expect(add('a', 2, 0, 'a0')).toBe('incomplete');
	expect(add('b', 2, 1, 'b1')).toBe('incomplete');
	expect(add('a', 2, 1, 'a1')).toBe('a0a1');
	expect(add('b', 2, 0, 'b0')).toBe('b0b1');
});

it('takes a part that comes twice once', () => {
	add('a', 2, 0, 'a0');
	expect(add('a', 2, 0, 'a0')).toBe('incomplete');
	expect(add('a', 2, 1, 'a1')).toBe('a0a1');
});

it('begins anew when the number of parts has changed', () => {
	add('a', 3, 0, 'old');
	expect(add('a', 2, 0, 'a0')).toBe('incomplete');
	expect(add('a', 2, 1, 'a1')).toBe('a0a1');
});

it('drops the parts of an event that is incomplete after five seconds', async () => {
	add('a', 2, 0, 'a0');
	await clock.advance(4_000);
	add('b', 3, 0, 'b0');
	add('b', 3, 1, 'b1');
	await clock.advance(1_000);
	expect(add('a', 2, 1, 'a1')).toBe('incomplete');
	expect(add('b', 3, 2, 'b2')).toBe('b0b1b2');
});

it('holds a limited number of incomplete events', () => {
	for (let index = 0; index < 1_000; index += 1) add(`event ${index}`, 2, 0, 'first ');
	expect(add('event 0', 2, 1, 'last')).toBe('incomplete');
	expect(add('event 999', 2, 1, 'last')).toBe('first last');
});

it('takes events of 8 MB', () => {
	const part = Buffer.alloc(4 * MEGABYTE, 'x');
	add('a', 2, 0, part);
	expect(add('a', 2, 1, part)).toHaveLength(8 * MEGABYTE);
	expect(add('b', 1, 0, Buffer.alloc(8 * MEGABYTE))).toHaveLength(8 * MEGABYTE);
});

it('refuses larger ones, in one part or in several', () => {
	expect(add('a', 1, 0, Buffer.alloc(8 * MEGABYTE + 1))).toBe('malformed');
	add('b', 3, 0, Buffer.alloc(8 * MEGABYTE));
	expect(add('b', 3, 1, 'x')).toBe('malformed');
});

it('takes 1,024 parts', () => {
	const results = Array.from({ length: 1_024 }, (_, seq) => add('a', 1_024, seq, 'x'));
	expect(results.at(-1)).toBe('x'.repeat(1_024));
});

it.each<[string, Record<string, string>]>([
	['more than 1,024 parts', { message_id: 'a', sum: '1025', seq: '0' }],
	['no parts', { message_id: 'a', sum: '0', seq: '0' }],
	['a number of parts that is none', { message_id: 'a', sum: '2.5', seq: '0' }],
	['an endless number of parts', { message_id: 'a', sum: '9'.repeat(400), seq: '0' }],
	['a part beyond the last', { message_id: 'a', sum: '2', seq: '2' }],
	['a part before the first', { message_id: 'a', sum: '2', seq: '-1' }],
	['a part without a number', { message_id: 'a', sum: '2' }],
	['a part of no event', { sum: '2', seq: '0' }],
])('refuses %s', (_, headers) => {
	expect(assembler.add(frameWith(headers))).toMatchObject({ kind: 'malformed' });
});

it('forgets all parts', () => {
	add('a', 2, 0, 'a0');
	assembler.reset();
	expect(add('a', 2, 1, 'a1')).toBe('incomplete');
});
