import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestMethods,
	ILoadOptionsFunctions,
	IPollFunctions,
} from 'n8n-workflow';

import { BYTES_PER_MS, defaultCallOptions, readCallOptions } from '../actions/callOptions';
import { CREDENTIAL, baseUrl, tenantOf } from './app';
import type { FeishuCredentials } from './app';
import { FeishuTokenError, keptToken } from './auth/accessToken';
import {
	DEAD_TOKEN_CODES,
	STOPPED,
	describeAnswer,
	describeNetworkError,
	feishuApiError,
	isRateLimited,
	isTrouble,
	wasNeverSent,
} from './errors/describe';
import type { ErrorText, FieldLabels } from './errors/describe';
import type { FileForm } from './multipartFile';
import {
	TIER_4,
	closeLane,
	delayTurn,
	growingPause,
	lowerCeilings,
	pause,
	waitForTurn,
} from './rateLimiter';
import type { Ceilings } from './rateLimiter';
import { readAnswer } from './response';
import type { Answer, HttpResponse } from './response';

/** A token this close to its end may die on the way. */
const TOKEN_MARGIN_MS = 3 * 60_000;

/** How often a call is made again after trouble, and how often after Feishu turned it away unprocessed. */
const MAX_REPEATS = 3;
const MAX_TURNED_AWAY = 20;

/** An app ticket comes within a minute or two of being asked for; a flow in production waits for it. */
const MAX_TICKET_WAIT_MS = 3 * 60_000;
const TICKET_LOOK_MS = 2_000;

/** One call of the Open API. */
export interface FeishuCall {
	method: IHttpRequestMethods;
	/** Behind `/open-apis/hire/v1`, with `:names` for the values in `pathParameters`. */
	path: string;
	/** Feishu's page of the call, behind `https://open.feishu.cn/document/`. It is in Chinese, and explains the codes of errors. */
	page: string;
	pathParameters?: Record<string, string>;
	qs?: IDataObject;
	/** Sent as JSON. Left out by calls that take none. */
	body?: IDataObject;
	/** Sent in place of `body`: makes the form anew each time that the call is made, as a form can be read only once. */
	form?: () => FileForm;
	/** How the editor calls the fields of `body` and `qs`. */
	labels: FieldLabels;
	/** Set when the rows of the call's list came from input items: the item of each. */
	rowItems?: readonly number[];
	/** Set when making the call twice does something twice: what to tell when nobody knows what became of it. */
	unrepeatable?: string;
	/** Set when Feishu allows less than tier 4. */
	ceilings?: Ceilings;
}

/** Who calls: a node that works on items, a polling trigger, or a list that the editor fills. */
export type Caller = IExecuteFunctions | IPollFunctions | ILoadOptionsFunctions;

/** Feishu's answer, or the error of the connection. */
type Outcome = { answer: Answer; error?: undefined } | { answer?: undefined; error: unknown };

/** The user stopped the execution before the call went out. */
const NOT_SENT: Outcome = { error: undefined };

async function send(
	this: Caller,
	credentials: FeishuCredentials,
	{ method, path, pathParameters = {}, qs, body, form }: FeishuCall,
	timeout: number,
): Promise<Outcome> {
	const upload = form?.();
	const stored = this.getNode().credentials?.[CREDENTIAL];
	const filledPath = path.replace(/:(\w+)/g, (_, name: string) =>
		encodeURIComponent(pathParameters[name] ?? ''),
	);
	return await this.helpers.httpRequestWithAuthentication
		.call(
			this,
			CREDENTIAL,
			{
				method,
				url: `${baseUrl(credentials)}/open-apis/hire/v1${filledPath}`,
				qs,
				arrayFormat: 'repeat',
				// As text, because n8n leaves out a body that is an empty object.
				...(body && {
					headers: { 'Content-Type': 'application/json; charset=utf-8' },
					body: JSON.stringify(body),
				}),
				// To be able to follow a redirect, the HTTP client would keep all that it has sent.
				...(upload && { body: upload, disableFollowRedirect: true }),
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				timeout: timeout + (upload?.size ?? 0) / BYTES_PER_MS,
			},
			{
				credentialsDecrypted: {
					id: stored?.id ?? '',
					name: stored?.name ?? '',
					type: CREDENTIAL,
					data: credentials,
				},
			},
		)
		.then(
			(response: HttpResponse) => ({ answer: readAnswer(response) }),
			(error: unknown) => ({ error }),
		)
		.finally(() => upload?.close());
}

const findTokenError = (error: unknown): FeishuTokenError | undefined => {
	if (error instanceof FeishuTokenError) return error;
	return error instanceof Error && error.cause ? findTokenError(error.cause) : undefined;
};

/** Whether the call may have been processed although no success came back. */
const isDoubtful = ({ answer, error }: Outcome): boolean =>
	answer ? isTrouble(answer) : !findTokenError(error) && !wasNeverSent(error);

const mayRepeat = (outcome: Outcome, call: FeishuCall): boolean => {
	if (isDoubtful(outcome)) return !call.unrepeatable;
	return outcome.answer ? false : (findTokenError(outcome.error)?.mayPass ?? true);
};

function explain(outcome: Outcome, call: FeishuCall, url: string): ErrorText {
	const { answer, error } = outcome;
	return answer
		? describeAnswer(answer, call)
		: (findTokenError(error)?.text ?? describeNetworkError(error, url));
}

/** Tells also what nobody knows: whether a call that adds something has done so. */
function withDoubt(text: ErrorText, outcome: Outcome, { unrepeatable }: FeishuCall): ErrorText {
	if (!unrepeatable || outcome === NOT_SENT || !isDoubtful(outcome)) return text;
	return { ...text, description: `${unrepeatable} ${text.description}` };
}

/** Credentials that Feishu refused, by caller: the other items need not ask again. */
const refusals = new WeakMap<Caller, Map<string, FeishuTokenError>>();

function refusalsOf(caller: Caller): Map<string, FeishuTokenError> {
	const known = refusals.get(caller) ?? new Map<string, FeishuTokenError>();
	refusals.set(caller, known);
	return known;
}

/**
 * By app: the call that goes ahead to fetch a token, while all others that need one wait. Gives the reason when
 * there is none to be had. Tenants take turns, since their tokens are kept in one field of the credential.
 */
const tokenFetches = new Map<
	string,
	Promise<{ tenant: string; error: FeishuTokenError } | undefined>
>();

/**
 * Makes one call, for an input item if there are any, and gives the `data` of Feishu's answer. Every operation goes through here.
 *
 * Success is `code === 0`, whatever the HTTP status. Calls keep within the limits of their API; one that Feishu
 * turned away unprocessed waits for as long as Feishu says. A dead token is replaced once: n8n does so only on
 * HTTP 401, which Feishu never sends. After trouble on the way, what may be repeated is.
 *
 * @throws NodeApiError in words, with the item's index, Feishu's code and its log id; it holds nothing of the request.
 */
export async function feishuRequest(
	this: Caller,
	itemIndex: number,
	call: FeishuCall,
): Promise<IDataObject> {
	const isExecution = 'getExecutionCancelSignal' in this;
	const options = isExecution ? readCallOptions.call(this, itemIndex) : defaultCallOptions;
	const signal = isExecution ? this.getExecutionCancelSignal() : undefined;
	const ceilings = lowerCeilings(options.ceilings, call.ceilings ?? TIER_4);
	let turn = 0;
	const sendInTurn = async (lane: string, credentials: FeishuCredentials): Promise<Outcome> => {
		turn = await waitForTurn(lane, ceilings, signal);
		return signal?.aborted ? NOT_SENT : await send.call(this, credentials, call, options.timeoutMs);
	};
	const fail = (text: ErrorText, answer?: Answer) =>
		feishuApiError(this.getNode(), text, { itemIndex, ...answer });
	let deadToken: string | undefined;
	let repeats = 0;
	let turnedAway = 0;
	const waitForTicketUntil =
		isExecution && this.getMode() !== 'manual' ? Date.now() + MAX_TICKET_WAIT_MS : 0;

	for (;;) {
		const credentials = await this.getCredentials<FeishuCredentials>(CREDENTIAL, itemIndex);
		const { appId, appSecret } = credentials;
		const url = baseUrl(credentials);
		const tenant = tenantOf(credentials);
		const app = `${url} ${appId} ${appSecret}`;
		const lane = `${url} ${appId} ${tenant} ${call.method} ${call.path}`;
		const refusal = refusalsOf(this).get(`${app} ${tenant}`);
		if (refusal) throw fail(refusal.text);
		const token = keptToken(credentials);

		let outcome: Outcome;
		if (
			token &&
			token.accessToken !== deadToken &&
			token.expiresAt - TOKEN_MARGIN_MS > Date.now()
		) {
			outcome = await sendInTurn(lane, credentials);
		} else if (tokenFetches.has(app)) {
			const failure = await tokenFetches.get(app);
			// Another tenant's failure says nothing of this one.
			if (failure?.tenant !== tenant) continue;
			outcome = { error: failure.error };
		} else {
			// Makes n8n fetch a token, keep it in the credential, and put it in here.
			credentials.accessToken = '';
			const sending = sendInTurn(lane, credentials);
			tokenFetches.set(
				app,
				sending.then(({ error }) => {
					const tokenError = findTokenError(error);
					return tokenError && { tenant, error: tokenError };
				}),
			);
			outcome = await sending.finally(() => tokenFetches.delete(app));
			delayTurn(lane, turn);
		}
		const { answer, error } = outcome;
		if (answer?.code === 0) return answer.data;
		if (signal?.aborted) throw fail(withDoubt(STOPPED, outcome, call));

		const tokenError = findTokenError(error);
		if (answer && DEAD_TOKEN_CODES.has(answer.code ?? 0) && deadToken === undefined) {
			deadToken = keptToken(credentials)?.accessToken;
		} else if (answer && isRateLimited(answer) && turnedAway < MAX_TURNED_AWAY) {
			closeLane(lane, turn, answer.retryAfterMs ?? growingPause(turnedAway));
			turnedAway += 1;
		} else if (tokenError?.awaitsTicket && Date.now() < waitForTicketUntil) {
			await pause(TICKET_LOOK_MS, signal);
		} else if (mayRepeat(outcome, call) && repeats < MAX_REPEATS) {
			await pause(growingPause(repeats), signal);
			repeats += 1;
		} else {
			const isFinal = tokenError && (!tokenError.mayPass || tokenError.awaitsTicket);
			// A trigger calls for weeks, and asks again each time.
			if (isExecution && isFinal) refusalsOf(this).set(`${app} ${tenant}`, tokenError);
			throw fail(withDoubt(explain(outcome, call, url), outcome, call), answer);
		}
	}
}
