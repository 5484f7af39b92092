import {
	EVENTS,
	eventOptions,
	findEventType,
} from '../../../nodes/FeishuHireExam/events/catalogue';

describe('the catalogue of events', () => {
	it('names each type once, in the order of the labels', () => {
		const entries = Object.values(EVENTS);
		expect(new Set(entries.map(({ type }) => type)).size).toBe(entries.length);
		const labels = entries.map(({ label }) => label);
		expect(labels).toEqual([...labels].sort());
	});

	it('makes one option of each, with the scopes', () => {
		expect(eventOptions).toHaveLength(Object.keys(EVENTS).length);
		expect(eventOptions).toContainEqual({
			name: 'Exam Created',
			value: 'examCreated',
			description:
				'A recruiter arranged an exam for a candidate. Needs the scope hire:exam or hire:exam:readonly.',
		});
	});

	it.each(['__proto__', 'constructor', 'toString', 'hire.eco_exam.created_v2', ''])(
		'has no event "%s"',
		(name) => {
			expect(findEventType(name)).toBeUndefined();
		},
	);

	it.each(['examCreated', ' examCreated\n', 'Exam Created', 'hire.eco_exam.created_v1'])(
		'finds an event by its value, label or type: "%s"',
		(name) => {
			expect(findEventType(name)).toBe('hire.eco_exam.created_v1');
		},
	);
});
