import type { IDataObject, IHttpRequestHelper, IHttpRequestOptions } from 'n8n-workflow';

/** What a server answers: a body with HTTP 200, or else a whole response; or why no answer comes. */
type StubbedAnswer =
	IDataObject | { statusCode: number; headers?: IDataObject; body: unknown } | Error;

/** A request as the server sees it. */
interface StubbedRequest {
	url: string;
	body: IDataObject;
	options: IHttpRequestOptions;
}

/** Stands in for n8n's HTTP helper: gives the answers one after the other, and keeps the requests. */
export function createHttpStub(...answers: StubbedAnswer[]) {
	const requests: StubbedRequest[] = [];
	const httpRequest = async (options: IHttpRequestOptions): Promise<unknown> => {
		requests.push({
			url: options.url,
			body: JSON.parse(String(options.body)) as IDataObject,
			options,
		});
		const answer = answers.shift();
		if (answer === undefined) throw new Error(`No answer is left for ${options.url}`);
		if (answer instanceof Error) throw answer;
		return await Promise.resolve(
			'statusCode' in answer
				? { headers: {}, ...answer }
				: { statusCode: 200, headers: {}, body: answer },
		);
	};
	const http: IHttpRequestHelper = { helpers: { httpRequest } };
	return { http, requests };
}

/** An error as Node gives it when nobody answers. */
export const networkError = (code: string): Error =>
	Object.assign(new Error(`connect ${code}`), { code });
