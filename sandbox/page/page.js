const TEXTS = {
	zh: {
		title: '飞书招聘沙箱',
		intro: '本机上的飞书平台替身：笔试服务商接口、事件推送和飞书招聘的笔试页面。这里没有真实数据。',
		language: 'English',
		app: '应用',
		appHint: '在 n8n 的 Feishu App API 凭证中填写（Platform 选 Custom）。',
		requestUrls: '事件请求地址',
		requestUrlsHint: '飞书每个应用只能配置一个请求地址；沙箱可以有多个，每个都会收到全部事件，方便多个示例工作流各用一个触发器。',
		requestUrl: '请求地址',
		noRequestUrls: '还没有请求地址，事件不会推送。',
		add: '校验并添加',
		remove: '移除',
		accounts: '笔试账号',
		accountsHint: '绑定后推送 hire.eco_account.created_v1；服务商推送试卷后账号变为「正常」。',
		noAccounts: '还没有账号。',
		accountName: '账号名称（可不填）',
		bind: '绑定账号',
		accountId: '账号 ID',
		noPapers: '还没有试卷。',
		paperName: '试卷',
		paperId: '试卷 ID',
		duration: '时长（分钟）',
		questionCount: '题数',
		period: '开放时间',
		exams: '笔试',
		noExams: '还没有笔试。',
		candidate: '候选人',
		account: '笔试账号',
		paper: '试卷',
		arrange: '安排笔试',
		examId: '笔试 ID',
		applicationId: '投递 ID',
		arranged: '安排时间',
		link: '笔试链接',
		username: '登录用户名',
		password: '登录密码',
		info: '说明',
		failureCode: '失败错误码',
		result: '笔试结果',
		resultTime: '结果时间',
		reports: '报告',
		details: '详细评价',
		passed: '标记通过',
		failed: '标记不通过',
		manualResults: '手动添加的笔试结果',
		score: '分数',
		attachment: '报告附件 ID',
		operator: '添加人',
		calls: '最近的接口调用',
		noCalls: '还没有调用。',
		deliveries: '最近的事件推送',
		noDeliveries: '还没有推送。',
		attempt: '第 {n} 次',
		request: '请求',
		answer: '响应',
		headers: '请求头',
		offline: '沙箱没有响应。',
	},
	en: {
		title: 'Feishu Hire sandbox',
		intro: 'A stand-in for the Feishu platform on this machine: the exam API, the event push and the exam part of Feishu Hire. Nothing here is real data.',
		language: '中文',
		app: 'App',
		appHint: 'Enter these in the n8n credential Feishu App API (Platform: Custom).',
		requestUrls: 'Request URLs for events',
		requestUrlsHint:
			'Feishu keeps one request URL per app. The sandbox takes several and sends each event to each of them, so that every example workflow can have its own trigger.',
		requestUrl: 'Request URL',
		noRequestUrls: 'No request URL yet: events go nowhere.',
		add: 'Check and add',
		remove: 'Remove',
		accounts: 'Exam accounts',
		accountsHint: 'Binding pushes hire.eco_account.created_v1; the account becomes active once the provider pushed papers.',
		noAccounts: 'No account yet.',
		accountName: 'Account name (optional)',
		bind: 'Bind account',
		accountId: 'Account ID',
		noPapers: 'No papers yet.',
		paperName: 'Paper',
		paperId: 'Paper ID',
		duration: 'Minutes',
		questionCount: 'Questions',
		period: 'Open',
		exams: 'Exams',
		noExams: 'No exam yet.',
		candidate: 'Candidate',
		account: 'Exam account',
		paper: 'Paper',
		arrange: 'Arrange exam',
		examId: 'Exam ID',
		applicationId: 'Application ID',
		arranged: 'Arranged',
		link: 'Exam link',
		username: 'Username',
		password: 'Password',
		info: 'Message',
		failureCode: 'Failure code',
		result: 'Result',
		resultTime: 'Result time',
		reports: 'Reports',
		details: 'Details',
		passed: 'Mark as passed',
		failed: 'Mark as failed',
		manualResults: 'Results added by hand',
		score: 'Score',
		attachment: 'Report attachment ID',
		operator: 'Added by',
		calls: 'Latest API calls',
		noCalls: 'No call yet.',
		deliveries: 'Latest event pushes',
		noDeliveries: 'No push yet.',
		attempt: 'attempt {n}',
		request: 'Request',
		answer: 'Answer',
		headers: 'Headers',
		offline: 'The sandbox does not answer.',
	},
};

const GOOD_STATUS = [2, 3, 5];
const BAD_STATUS = [6, 7];

let language = localStorage.getItem('language') ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');
let state;

const byId = (id) => document.getElementById(id);
const t = (key) => TEXTS[language][key];
const time = (ms) => (ms ? new Date(Number(ms)).toLocaleString(language) : '');

/** Makes an element; children are elements or text, and text is never read as HTML. */
function make(tag, properties, ...children) {
	const element = Object.assign(document.createElement(tag), properties);
	element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== ''));
	return element;
}

/** A link for http and https addresses, plain text for anything else. */
function link(url, text = url) {
	const isWeb = URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
	return isWeb ? make('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, text) : text;
}

/** Name and value pairs; those without a value are left out. */
function pairs(...rows) {
	return make(
		'dl',
		{},
		rows
			.filter(([, value]) => value !== undefined && value !== '')
			.map(([key, value]) => [make('dt', {}, t(key)), make('dd', {}, value)]),
	);
}

const badge = (text, tone = '') => make('span', { className: `badge ${tone}` }, text);
const button = (key, onclick) => make('button', { type: 'button', onclick }, t(key));
const empty = (key) => make('p', { className: 'empty' }, t(key));

function pretty(text) {
	try {
		return JSON.stringify(JSON.parse(text), null, 2);
	} catch {
		return text;
	}
}

/** Calls the console API; a refusal is shown and gives `undefined`. */
async function call(method, path, body) {
	try {
		const response = await fetch(`/sandbox/api/${path}`, {
			method,
			...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
		});
		const answer = await response.json();
		if (response.ok) return answer;
		showMessage(answer.message);
	} catch {
		showMessage(t('offline'));
	}
	return undefined;
}

function showMessage(text) {
	byId('message').textContent = text;
	byId('message').hidden = !text;
}

/** Does something the person asked for, then shows what came of it. */
async function act(method, path, body) {
	showMessage('');
	const answer = await call(method, path, body);
	await refresh();
	return answer;
}

function paperTable(papers) {
	if (papers.length === 0) return empty('noPapers');
	const period = ({ startTime, endTime }) => (startTime || endTime ? `${time(startTime)} – ${time(endTime)}` : '');
	const columns = {
		paperName: (paper) => paper.name,
		paperId: (paper) => paper.id,
		duration: (paper) => paper.duration ?? '',
		questionCount: (paper) => paper.questionCount ?? '',
		period,
	};
	const head = make('tr', {}, Object.keys(columns).map((key) => make('th', {}, t(key))));
	const rows = papers.map((paper) =>
		make('tr', {}, Object.values(columns).map((cell) => make('td', {}, String(cell(paper))))),
	);
	return make('div', { className: 'scroll' }, make('table', {}, head, rows));
}

function accountCard(account) {
	return make(
		'article',
		{},
		make('h3', {}, account.accountName, badge(account.statusText[language], account.status === 'active' ? 'good' : '')),
		pairs(['accountId', account.accountId]),
		paperTable(account.papers),
	);
}

function examCard(exam) {
	const { arrangement, result, status } = exam;
	const tone = GOOD_STATUS.includes(status) ? 'good' : BAD_STATUS.includes(status) ? 'bad' : '';
	const list = (items) => items?.length && make('ul', {}, items.map((item) => make('li', {}, item)));
	const mark = (verdict) => button(verdict, () => act('POST', `exams/${exam.examId}/mark`, { verdict }));
	return make(
		'article',
		{},
		make('h3', {}, `${exam.candidate.name} · ${exam.paper.name}`, badge(exam.statusText[language], tone)),
		pairs(
			['examId', exam.examId],
			['arranged', time(exam.createdAt)],
			['link', arrangement?.examUrl && link(arrangement.examUrl)],
			['username', arrangement?.username],
			['password', arrangement?.password],
			['failureCode', arrangement?.result ? String(arrangement.result) : ''],
			['info', arrangement?.message],
			['result', result?.result],
			['resultTime', time(result?.resultTime)],
			['reports', list(result?.reports.map(({ name, url }) => link(url, name))) || ''],
			['details', list(result?.details.map(({ name, result: verdict }) => `${name}: ${verdict}`)) || ''],
		),
		result && !exam.markedAt ? make('div', { className: 'actions' }, mark('passed'), mark('failed')) : '',
	);
}

function manualResultCard(manual) {
	const application = state.applications.find(({ applicationId }) => applicationId === manual.applicationId);
	return make(
		'article',
		{},
		make('h3', {}, `${application?.candidate.name ?? ''} · ${manual.paperName}`),
		pairs(
			['applicationId', manual.applicationId],
			['score', String(manual.score)],
			['attachment', manual.attachmentId],
			['operator', manual.operatorId],
			['resultTime', time(manual.createdAt)],
		),
	);
}

/** One line that opens to show what was sent and answered. */
function logEntry(title, at, isGood, verdict, parts) {
	return make(
		'li',
		{},
		make(
			'details',
			{},
			make(
				'summary',
				{},
				`${new Date(at).toLocaleTimeString(language)} `,
				make('strong', { className: isGood ? 'good' : 'bad' }, verdict),
				` ${title}`,
			),
			Object.entries(parts).map(([key, text]) => [make('p', { className: 'soft' }, t(key)), make('pre', {}, text)]),
		),
	);
}

const callEntry = ({ at, method, path, status, rawBody, answer }) =>
	logEntry(`${method} ${path}`, at, answer?.code === 0, `${status} / ${answer?.code ?? '–'}`, {
		request: pretty(rawBody),
		answer: typeof answer === 'string' ? answer : JSON.stringify(answer, null, 2),
	});

const deliveryEntry = ({ at, type, url, attempt, status, failure, headers, rawBody }) =>
	logEntry(
		`${type} → ${url} (${t('attempt').replace('{n}', attempt)})${failure ? `: ${failure}` : ''}`,
		at,
		!failure,
		String(status ?? '–'),
		{ headers: JSON.stringify(headers, null, 2), request: pretty(rawBody) },
	);

/** Fills a list, keeping open what the person opened. Newest first. */
function fillLog(id, entries, toElement, emptyKey) {
	const list = byId(id);
	const open = new Map([...list.children].map((item) => [item.dataset.key, item.querySelector('details')?.open]));
	const seen = {};
	const items = entries.map((entry) => {
		const item = toElement(entry);
		// Several entries can share a millisecond.
		item.dataset.key = `${entry.at}-${(seen[entry.at] = (seen[entry.at] ?? 0) + 1)}`;
		item.querySelector('details').open = open.get(item.dataset.key) ?? false;
		return item;
	});
	list.replaceChildren(...(items.length ? items.reverse() : [make('li', {}, empty(emptyKey))]));
}

/** Replaces the choices of a select and keeps the one chosen, when it is still there. */
function fillSelect(select, options) {
	const chosen = select.value;
	select.replaceChildren(...options.map(([value, text]) => make('option', { value }, text)));
	if (options.some(([value]) => value === chosen)) select.value = chosen;
}

function fillPapers() {
	const { accountId, paperId } = byId('arrange').elements;
	const account = state.accounts.find((known) => known.accountId === accountId.value);
	fillSelect(paperId, account?.papers.map(({ id, name }) => [id, name]) ?? []);
}

/** What is shown, by the part of the state it comes from. */
const VIEWS = {
	app({ appId, appSecret, verificationToken, encryptKey }) {
		// The credential's labels, which n8n shows in English only.
		const rows = {
			'Base URL': location.origin,
			'App ID': appId,
			'App Secret': appSecret,
			'Verification Token': verificationToken,
			'Encrypt Key': encryptKey || '–',
		};
		byId('app').replaceChildren(
			...Object.entries(rows).flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]),
		);
	},
	requestUrls(urls) {
		const rows = urls.map((url) =>
			make('li', {}, make('span', {}, url), button('remove', () => act('DELETE', 'request-urls', { url }))),
		);
		byId('request-urls').replaceChildren(...(rows.length ? rows : [make('li', {}, empty('noRequestUrls'))]));
	},
	applications(applications) {
		const options = applications.map(({ applicationId, candidate }) => [
			applicationId,
			`${candidate.name} (${candidate.email})`,
		]);
		fillSelect(byId('arrange').elements.applicationId, options);
	},
	accounts(accounts) {
		byId('accounts').replaceChildren(...(accounts.length ? accounts.map(accountCard) : [empty('noAccounts')]));
		const usable = accounts.filter(({ papers }) => papers.length > 0);
		fillSelect(
			byId('arrange').elements.accountId,
			usable.map(({ accountId, accountName }) => [accountId, accountName]),
		);
		byId('arrange').querySelector('button').disabled = usable.length === 0;
		fillPapers();
	},
	exams(exams) {
		byId('exams').replaceChildren(...(exams.length ? exams.map(examCard).reverse() : [empty('noExams')]));
	},
	manualResults(results) {
		byId('manual-results-section').hidden = results.length === 0;
		byId('manual-results').replaceChildren(...results.map(manualResultCard).reverse());
	},
	calls: (calls) => fillLog('calls', calls, callEntry, 'noCalls'),
	deliveries: (deliveries) => fillLog('deliveries', deliveries, deliveryEntry, 'noDeliveries'),
};

const shown = {};

/** Shows what changed since the last look, so that nobody loses a selection or an open entry. */
function show() {
	for (const [part, view] of Object.entries(VIEWS)) {
		const now = JSON.stringify(state[part]);
		if (shown[part] === now) continue;
		shown[part] = now;
		view(state[part]);
	}
}

async function refresh() {
	const answer = await call('GET', 'state');
	if (!answer) return;
	if (byId('message').textContent === t('offline')) showMessage('');
	state = answer;
	show();
}

function showTexts() {
	document.documentElement.lang = language;
	document.title = t('title');
	byId('language').textContent = t('language');
	for (const element of document.querySelectorAll('[data-text]')) element.textContent = t(element.dataset.text);
	for (const part of Object.keys(shown)) delete shown[part];
	if (state) show();
}

const values = (form) => Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''));

function onSubmit(id, path, clear) {
	byId(id).addEventListener('submit', async (event) => {
		event.preventDefault();
		const done = await act('POST', path, values(event.target));
		if (done && clear) byId(id).reset();
	});
}

onSubmit('add-url', 'request-urls', true);
onSubmit('bind', 'accounts', true);
onSubmit('arrange', 'exams', false);
byId('arrange').elements.accountId.addEventListener('change', fillPapers);
byId('language').addEventListener('click', () => {
	language = language === 'zh' ? 'en' : 'zh';
	localStorage.setItem('language', language);
	showTexts();
});

showTexts();
await refresh();

async function poll() {
	await refresh();
	setTimeout(poll, 1000);
}
setTimeout(poll, 1000);
