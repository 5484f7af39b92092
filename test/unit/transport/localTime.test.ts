import { localTime, zoneOf } from '../../../nodes/FeishuHireExam/transport/localTime';

const TIME = Date.parse('2026-11-21T02:00:00.999Z');

it.each([
	['Asia/Shanghai', '2026-11-21 10:00:00 (Asia/Shanghai)'],
	['America/New_York', '2026-11-20 21:00:00 (America/New_York)'],
	['UTC', '2026-11-21 02:00:00 (UTC)'],
	['Mars/Crater', '2026-11-21 02:00:00 (UTC)'],
])('shows a time in %s', (zone, text) => {
	expect(localTime(TIME, zone)).toBe(text);
});

it('shows midnight as 00:00', () => {
	expect(localTime(Date.parse('2026-11-20T16:00:00Z'), 'Asia/Shanghai')).toContain(
		'2026-11-21 00:00:00',
	);
});

it('finds the zone of a workflow, and UTC without one', () => {
	expect(zoneOf({ getTimezone: () => 'Asia/Shanghai' })).toBe('Asia/Shanghai');
	expect(zoneOf({})).toBe('UTC');
});
