import { EVENTS } from '../../../nodes/FeishuHireExam/events/catalogue';
import { matchesFilters } from '../../../nodes/FeishuHireExam/events/filters';

const { accountBound, examCreated, talentDeleted } = EVENTS;

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
		expect(matchesFilters(examCreated.type, exam, ['examCreated'], filters)).toBe(expected);
	});

	it('let only selected events pass', () => {
		expect(matchesFilters(examCreated.type, exam, ['talentDeleted'], {})).toBe(false);
		expect(matchesFilters(examCreated.type, exam, [], {})).toBe(false);
		expect(matchesFilters('toString', exam, ['toString'], {})).toBe(false);
		expect(matchesFilters(examCreated.type, exam, ['talentDeleted', 'examCreated'], {})).toBe(true);
	});

	it('let events without an account or paper pass', () => {
		const filters = { accountIds: ['a1'], paperIds: ['p1'] };
		const talent = { talent_id: 't1' };
		expect(matchesFilters(talentDeleted.type, talent, ['talentDeleted'], filters)).toBe(true);
	});

	it('let accounts for exams pass, and none for background checks', () => {
		const isPassed = (scope: unknown) =>
			matchesFilters(accountBound.type, { account_id: 'a1', scope }, ['accountBound'], {});
		expect([2, 1, '2', undefined].map(isPassed)).toEqual([true, false, false, false]);
	});
});
