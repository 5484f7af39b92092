import {
	findApplication,
	findApplications,
	getApplication,
} from '../../../nodes/FeishuHireExam/hire/applicationDetail';
import type { FeishuCall } from '../../../nodes/FeishuHireExam/transport/send';
import { createFeishuStub, rejection } from '../../support/feishuStub';
import { TestClock } from '../../support/testClock';

const DOES_NOT_EXIST = rejection('The application does not exist', { code: 1002201 });
const MISSING_SCOPE = rejection('The app lacks a scope', { code: 99991672 });

const idOf = ({ pathParameters }: FeishuCall) => pathParameters?.application_id ?? '';
const detailOf = (id: string) => ({ basic_info: { id } });

describe('getApplication', () => {
	it('gives the detail that Feishu answers', async () => {
		const { feishu, calls } = createFeishuStub(() => ({ application_detail: detailOf('1') }));
		expect(await getApplication(feishu, '1', { options: ['with_job'] })).toEqual(detailOf('1'));
		expect(calls).toMatchObject([
			{ pathParameters: { application_id: '1' }, qs: { options: ['with_job'] } },
		]);
	});

	it('gives at least the ID when Feishu answers without a detail', async () => {
		const { feishu } = createFeishuStub(() => ({}));
		expect(await getApplication(feishu, '1', {})).toEqual(detailOf('1'));
	});

	it('throws for one that does not exist', async () => {
		const { feishu } = createFeishuStub(async () => await Promise.reject(DOES_NOT_EXIST));
		await expect(getApplication(feishu, '1', {})).rejects.toBe(DOES_NOT_EXIST);
	});
});

describe('findApplication', () => {
	it('gives undefined for one that does not exist', async () => {
		const { feishu } = createFeishuStub(async () => await Promise.reject(DOES_NOT_EXIST));
		expect(await findApplication(feishu, '1', {})).toBeUndefined();
	});

	it.each([
		['other code', MISSING_SCOPE],
		['other error', new Error('x')],
	])('throws any %s', async (_, error) => {
		const { feishu } = createFeishuStub(async () => await Promise.reject(error));
		await expect(findApplication(feishu, '1', {})).rejects.toBe(error);
	});
});

describe('findApplications', () => {
	it('reads at most ten at a time, as Feishu allows ten a second, and gives them in the order of their IDs', async () => {
		const clock = new TestClock();
		let inFlight = 0;
		let most = 0;
		const { feishu } = createFeishuStub(async (call) => {
			most = Math.max(most, (inFlight += 1));
			// The first to be asked for come last.
			await clock.sleep(1_000 - Number(idOf(call)));
			inFlight -= 1;
			if (idOf(call) === '3') throw DOES_NOT_EXIST;
			return { application_detail: detailOf(idOf(call)) };
		});
		const ids = Array.from({ length: 25 }, (_, index) => String(index));
		const found = findApplications(feishu, ids, {});
		await clock.advance(3_000);
		expect(await found).toEqual(ids.map((id) => (id === '3' ? undefined : detailOf(id))));
		expect(most).toBe(10);
	});

	it('asks for no further one after an error', async () => {
		const { feishu, calls } = createFeishuStub(async () => await Promise.reject(MISSING_SCOPE));
		const ids = Array.from({ length: 25 }, (_, index) => String(index));
		await expect(findApplications(feishu, ids, {})).rejects.toBe(MISSING_SCOPE);
		expect(calls.length).toBeLessThanOrEqual(10);
	});
});
