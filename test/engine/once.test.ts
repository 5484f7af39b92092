import { DataDeduplicationService } from 'n8n-core';
import type { DeduplicationItemTypes, IDataDeduplicator, WorkflowExecuteMode } from 'n8n-workflow';

import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node.js';
import { executeContext } from '../support/engine';

/** Does as n8n's database does: the list is read, and written back some time later. */
class SlowStore implements IDataDeduplicator {
	private kept: DeduplicationItemTypes[] = [];

	async checkProcessedAndRecord(items: DeduplicationItemTypes[]) {
		const read = [...this.kept];
		await new Promise((resolve) => setTimeout(resolve, 5));
		const fresh = items.filter((item) => !read.includes(item));
		this.kept = [...read, ...fresh];
		return { new: fresh, processed: items.filter((item) => read.includes(item)) };
	}

	async removeProcessed() {}

	async clearAllProcessedItems() {}

	async getProcessedDataCount() {
		return this.kept.length;
	}
}

const trigger = new FeishuHireExamTrigger();
const event = (id: string) => ({ exam_id: '7178536692385679677', header: { event_id: id } });
const execute = async (mode: WorkflowExecuteMode, ...ids: string[]) => {
	const [output = []] = await trigger.execute.call(
		executeContext('feishuHireExamTrigger', mode, ids.map(event)),
	);
	return output.map(({ json }) => json);
};

describe('an event passes the trigger once', () => {
	beforeAll(async () => await DataDeduplicationService.init(new SlowStore()));

	it('whole, and not again', async () => {
		expect(await execute('webhook', 'e1')).toEqual([event('e1')]);
		expect(await execute('webhook', 'e1')).toEqual([]);
		expect(await execute('webhook', 'e1', 'e2')).toEqual([event('e2')]);
	});

	it('out of copies and others that come at the same time, and none is forgotten', async () => {
		const ids = Array.from({ length: 20 }, (_, index) => `burst-${index}`);
		const passed = await Promise.all([...ids, ...ids].map(async (id) => await execute('webhook', id)));
		expect(passed.flat()).toHaveLength(20);
		const repeats = await Promise.all(ids.map(async (id) => await execute('webhook', id)));
		expect(repeats.flat()).toEqual([]);
	});

	it('but always in a test of the editor and in a retry of the user, which leave no trace', async () => {
		for (const mode of ['manual', 'retry', 'manual', 'retry'] as const) {
			expect(await execute(mode, 'e3')).toEqual([event('e3')]);
		}
		expect(await execute('webhook', 'e3')).toEqual([event('e3')]);
		expect(await execute('retry', 'e3')).toEqual([event('e3')]);
	});
});
