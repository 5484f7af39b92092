import { arrangeExam, callHire, startReceiver, useSandbox } from '../support/sandbox';
import { TestClock } from '../support/testClock';
import { until } from '../support/until';

const ANSWERS = {
	result: '90',
	reports: [{ name: '笔试报告', url: 'https://exam.example.com/report.pdf' }],
	details: [{ name: '逻辑推理', result: '优秀' }],
};

describe('the exam system', () => {
	const clock = new TestClock();
	const sandbox = useSandbox({ clock });

	async function take(examId: string, body: object) {
		const response = await fetch(`${sandbox().url}/sandbox/api/exams/${examId}/take`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify(body),
		});
		return { status: response.status, body: (await response.json()) as object };
	}

	const webhook = (status = 200, body = '{}') => startReceiver(() => ({ status, body }));

	const resultUrl = async () => {
		const response = await fetch(`${sandbox().url}/sandbox/api/state`);
		return ((await response.json()) as { resultUrl: string }).resultUrl;
	};

	async function linkedExam() {
		const exam = await arrangeExam(sandbox());
		await callHire(sandbox(), `/eco_exams/${exam.examId}/login_info`, {
			result: 0,
			exam_login_info: { exam_url: 'https://exam.example.com/take/1' },
		});
		return exam;
	}

	it('posts the result of an exam to the webhook, which it remembers', async () => {
		expect(await resultUrl()).toBe('http://127.0.0.1:5678/webhook/exam-result');
		const { examId } = await linkedExam();
		const { url, received, close } = await webhook();
		expect(await take(examId, { url, ...ANSWERS })).toEqual({ status: 200, body: {} });
		expect(received.map(({ rawBody }) => JSON.parse(rawBody) as object)).toEqual([
			{ examId, resultTime: new Date(clock.now()).toISOString(), ...ANSWERS },
		]);
		expect(received[0]?.headers['content-type']).toBe('application/json');
		expect(await resultUrl()).toBe(url);

		await sandbox().examSystem.takeExam(examId, { result: '95' });
		expect(received).toHaveLength(2);
		await close();
	});

	it.each([
		[404, '{"message":"not registered"}', 'resultUrlNotFound', {}],
		[401, '', 'resultUrlNeedsAuthentication', { status: 401 }],
		[403, 'Authorization data is wrong!', 'resultUrlNeedsAuthentication', { status: 403 }],
		[422, '{"error":"marked"}', 'resultRefused', { status: 422, detail: 'marked' }],
		[500, '{"message":"failed"}', 'resultRefused', { status: 500, detail: 'failed' }],
		[500, '{"error":{"code":1}}', 'resultFailed', { status: 500 }],
		[502, '<html>', 'resultFailed', { status: 502 }],
		[302, '', 'resultFailed', { status: 302 }],
	])('explains a response with HTTP %d %s', async (status, body, code, params) => {
		const { examId } = await linkedExam();
		const { url, close } = await webhook(status, body);
		expect(await take(examId, { url, result: '90' })).toEqual({
			status: 400,
			body: { code, params: { url, ...params }, message: expect.stringContaining(url) },
		});
		await close();
	});

	it('explains a webhook that cannot be reached, or does not respond', async () => {
		const { examId } = await linkedExam();
		const silent = await startReceiver(() => undefined);
		const { url } = silent;
		const taken = take(examId, { url, result: '90' });
		await until(() => silent.received.length === 1);
		await clock.advance(30_000);
		expect(await taken).toMatchObject({ body: { code: 'timeout', params: { seconds: 30 } } });
		await silent.close();
		expect(await take(examId, { url, result: '90' })).toMatchObject({
			status: 400,
			body: { code: 'connectionFailed', params: { url, cause: 'ECONNREFUSED' } },
		});
	});

	it('calls nothing for an exam without a link, or at an address that is none', async () => {
		const { url, received, close } = await webhook();
		const { examId } = await arrangeExam(sandbox());
		const codeOf = async (id: string, body: object) =>
			(await take(id, { url, result: '90', ...body })).body;
		expect(await codeOf('1', {})).toMatchObject({ code: 'examNotFound' });
		expect(await codeOf(examId, {})).toMatchObject({ code: 'linkMissing' });
		await callHire(sandbox(), `/eco_exams/${examId}/login_info`, {
			result: 5001,
			exam_login_info: { exam_url: '' },
		});
		expect(await codeOf(examId, {})).toMatchObject({ code: 'linkMissing' });
		const { examId: linked } = await linkedExam();
		expect(await codeOf(linked, { url: 'file:///x' })).toMatchObject({ code: 'invalidUrl' });
		expect(await codeOf(linked, { url: undefined })).toMatchObject({ code: 'invalidRequest' });
		expect(await codeOf(linked, { result: '' })).toMatchObject({ code: 'invalidRequest' });
		expect(received).toEqual([]);
		await close();
	});
});

describe('accounts and exams', () => {
	const sandbox = useSandbox({ app: { encryptKey: '' } });

	it('tell whether the app was notified of them', async () => {
		const before = await arrangeExam(sandbox());
		expect(before.isEventPushed).toBe(false);
		const { url, close } = await startReceiver(({ rawBody }) => ({ status: 200, body: rawBody }));
		await sandbox().setRequestUrl(url);
		expect((await arrangeExam(sandbox())).isEventPushed).toBe(true);
		expect(sandbox().state.accounts.map(({ isEventPushed }) => isEventPushed)).toEqual([
			false,
			true,
		]);
		sandbox().app.scopes = [];
		expect(sandbox().bindAccount().isEventPushed).toBe(false);
		await close();
	});
});
