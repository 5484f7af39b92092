import { EVENTS } from '../../../nodes/FeishuHireExam/events/catalogue';
import type { JsonObject } from '../../../nodes/FeishuHireExam/events/envelope';
import { type EventSettings, isSelected } from '../../../nodes/FeishuHireExam/events/settings';

const { accountBound, examCreated, talentDeleted } = EVENTS;

const passes = (
	type: string,
	event: JsonObject,
	eventTypes: readonly string[],
	filters: Partial<EventSettings>,
) => isSelected(type, event, { eventTypes, simplify: true, includeFieldValues: false, ...filters });

describe('the filters of events', () => {
	const exam = { account_id: 'a1', paper_id: 'p1' };

	it.each([
		['nothing', {}, true],
		['its account', { accountIds: ['a0', 'a1'] }, true],
		['another account', { accountIds: ['a2'] }, false],
		['its paper', { paperIds: ['p1'] }, true],
		['another paper', { paperIds: ['p2'] }, false],
		['its account and another paper', { accountIds: ['a1'], paperIds: ['p2'] }, false],
		['an empty list', { accountIds: [] }, false],
	])('with %s', (_, filters, expected) => {
		expect(passes(examCreated.type, exam, [examCreated.type], filters)).toBe(expected);
	});

	it('let only selected events pass', () => {
		expect(passes(examCreated.type, exam, [talentDeleted.type], {})).toBe(false);
		expect(passes(examCreated.type, exam, [], {})).toBe(false);
		expect(passes(examCreated.type, exam, [talentDeleted.type, examCreated.type], {})).toBe(true);
	});

	it('let events without an account or paper pass', () => {
		const filters = { accountIds: ['a1'], paperIds: ['p1'] };
		const talent = { talent_id: 't1' };
		expect(passes(talentDeleted.type, talent, [talentDeleted.type], filters)).toBe(true);
	});

	it('let accounts for exams pass, and none for background checks', () => {
		const isPassed = (scope: unknown) =>
			passes(accountBound.type, { account_id: 'a1', scope }, [accountBound.type], {});
		expect([2, 1, '2', undefined].map(isPassed)).toEqual([true, false, false, false]);
	});
});
