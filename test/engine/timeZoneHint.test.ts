import type { INodeParameters } from 'n8n-workflow';

import { workflowWith } from '../../n8nHost/engine';
import { timeZoneHint } from '../../nodes/FeishuHireExam/actions/timeZoneHint';

/** What the editor makes of the hint's condition. */
function isShown(parameters: INodeParameters, timezone = 'America/New_York'): unknown {
	const all = { resource: 'examPaper', operation: 'update', ...parameters };
	const { workflow, node } = workflowWith('feishuHireExam', all, { timezone });
	const condition = timeZoneHint.displayCondition ?? '';
	return workflow.expression.getSimpleParameterValue(node, condition, 'internal', {});
}

describe("the hint about n8n's default time zone", () => {
	it.each<[string, INodeParameters]>([
		['of a field', { startTime: '2026-11-21T10:00:00' }],
		['with a blank in it', { startTime: '2026-11-21 10:00' }],
		[
			'of a collection',
			{
				resource: 'exam',
				operation: 'returnResult',
				additionalFields: { resultTime: '2026-11-21T10:00:00' },
			},
		],
		[
			'in a row',
			{
				paperSource: 'fields',
				papers: { values: [{ paperId: 'a', startTime: '2026-11-21T10:00:00.000' }] },
			},
		],
	])('is shown for a time %s', (_, parameters) => {
		expect(isShown(parameters)).toBe(true);
	});

	it.each<[string, INodeParameters]>([
		['no time', { paperId: 'spring' }],
		['an offset', { startTime: '2026-11-21T10:00:00+08:00' }],
		['UTC', { startTime: '2026-11-21T02:00:00Z' }],
		['a date in a name', { paperName: 'Exam of 2026-11-21T10:00:00 in Beijing' }],
	])('is not shown for %s', (_, parameters) => {
		expect(isShown(parameters)).toBe(false);
	});

	it('is not shown where the workflow has another time zone', () => {
		expect(isShown({ startTime: '2026-11-21T10:00:00' }, 'Asia/Shanghai')).toBe(false);
	});
});
