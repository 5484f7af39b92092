import { ExpiringMap } from '../../../nodes/FeishuHireExam/transport/expiringMap';
import { TestClock } from '../../support/testClock';

describe('a map that expires', () => {
	const clock = new TestClock();

	it('forgets entries some time after they were set', async () => {
		const map = new ExpiringMap<number>(clock, { maxSize: 10, maxAgeMs: 100 });
		map.set('a', 1);
		await clock.advance(50);
		map.set('b', 2);
		await clock.advance(49);
		expect([map.get('a'), map.get('b'), map.size]).toEqual([1, 2, 2]);
		await clock.advance(1);
		expect([map.get('a'), map.get('b'), map.size]).toEqual([undefined, 2, 1]);
		map.set('b', 3);
		await clock.advance(99);
		expect([map.has('a'), map.has('b')]).toEqual([false, true]);
	});

	it('forgets the oldest entries beyond its size', () => {
		const map = new ExpiringMap<number>(clock, { maxSize: 2, maxAgeMs: 100 });
		map.set('a', 1);
		map.set('b', 2);
		map.set('a', 3);
		map.set('c', 4);
		expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4]);
	});

	it('keeps entries in use, and forgets younger ones instead', async () => {
		const map = new ExpiringMap<{ isInUse: boolean }>(clock, {
			maxSize: 2,
			maxAgeMs: 100,
			isInUse: ({ isInUse }) => isInUse,
		});
		const used = { isInUse: true };
		map.set('used', used);
		map.set('b', { isInUse: false });
		map.set('c', { isInUse: false });
		expect([map.has('used'), map.has('b'), map.has('c')]).toEqual([true, false, true]);
		await clock.advance(100);
		expect([map.has('used'), map.has('c')]).toEqual([true, false]);
		used.isInUse = false;
		expect(map.has('used')).toBe(false);
	});

	it('forgets single entries, or all', () => {
		const map = new ExpiringMap<number>(clock, { maxSize: 10, maxAgeMs: 100 });
		map.set('a', 1);
		map.set('b', 2);
		map.delete('a');
		expect([map.has('a'), map.has('b')]).toEqual([false, true]);
		map.reset();
		expect(map.size).toBe(0);
	});
});
