import type { Clock } from './clock';
import { isWebUrl, type PostClient } from './postClient';
import { RefusedError } from './reasons';
import type { ExamAnswers } from './tenant/entities';
import type { Tenants } from './tenant/tenants';

/** Where the example workflow "Forward a result" takes results, in an n8n with its usual port. */
const EXAMPLE_RESULT_URL = 'http://127.0.0.1:5678/webhook/exam-result';

/** A workflow may wait for Feishu's rate limit before it responds. */
const DEADLINE_MS = 30_000;

const MAX_DETAIL_CHARACTERS = 300;

/** The provider's exam system, in which candidates take their exams: it posts results to a webhook of a workflow. */
export class ExamSystem {
	/** The webhook that takes results: the one used last. */
	resultUrl = EXAMPLE_RESULT_URL;

	constructor(
		private readonly tenants: Pick<Tenants, 'exams'>,
		private readonly client: PostClient,
		private readonly clock: Clock,
	) {}

	/** A candidate takes an exam that has a link. Rejects with the reason when the workflow does not take the result. */
	async takeExam(examId: string, answers: ExamAnswers, url = this.resultUrl): Promise<void> {
		const exam = this.tenants.exams.find((known) => known.examId === examId);
		if (!exam) throw new RefusedError('examNotFound', { examId });
		if (exam.arrangement?.result !== 0) throw new RefusedError('linkMissing', { examId });
		if (!isWebUrl(url)) throw new RefusedError('invalidUrl', { url });
		this.resultUrl = url;
		const resultTime = new Date(this.clock.now()).toISOString();
		const response = await this.client.post({
			url,
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ examId, resultTime, ...answers }),
			deadlineMs: DEADLINE_MS,
		});
		if ('code' in response) throw new RefusedError(response.code, { ...response.params, url });
		if (response.status < 200 || response.status > 299)
			throw refusalBy(url, response.status, response.text);
	}

	/** Aborts what is in flight. */
	close(): void {
		this.client.close();
	}
}

function refusalBy(url: string, status: number, text: string): RefusedError {
	if (status === 404) return new RefusedError('resultUrlNotFound', { url });
	if (status === 401 || status === 403)
		return new RefusedError('resultUrlNeedsAuthentication', { url, status });
	const detail = detailIn(text);
	return detail
		? new RefusedError('resultRefused', { url, status, detail })
		: new RefusedError('resultFailed', { url, status });
}

/** What a workflow, or n8n, says about an error. */
function detailIn(text: string): string | undefined {
	try {
		const { error, message } = JSON.parse(text) as { error?: unknown; message?: unknown };
		const detail = [error, message].find((one) => typeof one === 'string');
		return detail?.slice(0, MAX_DETAIL_CHARACTERS);
	} catch {
		return undefined;
	}
}
