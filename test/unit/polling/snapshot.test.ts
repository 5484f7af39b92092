import { takeSnapshot } from '../../../nodes/FeishuHireExam/polling/changes';
import { keyOf, pack, unpack } from '../../../nodes/FeishuHireExam/polling/snapshot';
import { DAY_MS, MINUTE_MS, START, reading, saveAndLoad } from '../../support/examReadings';

describe('a snapshot', () => {
	const exams = Array.from({ length: 5000 }, (_, index) => ({
		id: String(7178536692385679677n + BigInt(index) * 4294967296n),
		status: (index % 7) + 1,
		createdAt: START - index * MINUTE_MS,
	}));

	it('of 5,000 exams takes 40 kB', () => {
		const text = JSON.stringify(pack(takeSnapshot(reading(START, exams))));
		expect(text.length).toBeGreaterThan(40_000);
		expect(text.length).toBeLessThan(40_500);
	});

	it('comes out of its compact form unchanged', () => {
		const first = takeSnapshot(reading(START, exams));
		const snapshot = takeSnapshot(reading(START + DAY_MS, exams.slice(1000)), first);
		const back = saveAndLoad(snapshot);
		expect(new Map([...(back?.exams ?? [])].sort())).toEqual(new Map([...snapshot.exams].sort()));
		expect({ ...back, exams: undefined }).toEqual({ ...snapshot, exams: undefined });
	});

	it('is undefined before the baseline was recorded', () => {
		expect(unpack({})).toBeUndefined();
	});

	it('is saved in a format that never changes, since n8n has it in its database', () => {
		const late = { id: '1', status: 1, createdAt: START - DAY_MS };
		const usual = [
			{ id: '2', status: 5, createdAt: START },
			{ id: '3', status: 5, createdAt: START },
		];
		const first = takeSnapshot(reading(START, [late, ...usual]));
		const snapshot = takeSnapshot(
			reading(START + DAY_MS, usual, { events: ['passed', 'failed'], daysBack: 30 }),
			first,
		);
		const saved = {
			app: 'app',
			readAt: 1795305600000,
			daysBack: 30,
			events: 'passed failed',
			readAllFrom: 1795388400000,
			exams: { '5 0 0': '1HNeOiZeTgdAhWK+', '1 1 20779': 'a4ayc/80' },
		};
		expect(JSON.parse(JSON.stringify(pack(snapshot)))).toEqual(saved);
		expect(unpack(saved)).toEqual(snapshot);
	});

	it('identifies exams by 8 letters of a hash', () => {
		expect(keyOf('1')).toBe('a4ayc/80');
		expect(keyOf('7178536692385679677')).toHaveLength(8);
	});
});
