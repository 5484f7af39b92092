import { tryToParseDateTime } from 'n8n-workflow';

import type { Kind } from '../../nodes/FeishuHireExam/parameters/kinds';

/** What somebody enters, and what Feishu gets, or why it is refused. Times are read in Asia/Shanghai. */
export type ValueCase = { input: unknown } & ({ sent: unknown } | { refused: string });

const sent = (input: unknown, value: unknown = input): ValueCase => ({ input, sent: value });
const refused = (input: unknown, reason: string): ValueCase => ({ input, refused: reason });

const ID = '7178536692385679677';
const TIME = String(Date.parse('2026-11-21T10:00:00+08:00'));
const MIDNIGHT = String(Date.parse('2026-11-21T00:00:00+08:00'));
const LOST = 'contains �, which stands for letters that were lost';

const TEXT = [
	sent(' as it is '),
	sent('👩‍💻 Java 工程师'),
	sent(60.5, '60.5'),
	sent(33.3 + 33.3 + 33.3, '99.9'),
	sent(BigInt(ID), ID),
	refused('成绩\ufffd', LOST),
	refused(200 / 3, 'is "66.66666666666667", a number with more than 10 decimals'),
	refused(NaN, 'is NaN, not a finite number'),
	refused(Number(ID), 'is "7178536692385679000", a number too large to be exact'),
	refused({ score: 60 }, 'must be a string, not an object'),
];

const TOO_LONG = refused('x'.repeat(256), 'has 256 characters, but Feishu stores at most 255');

const EXTERNAL_ID = [
	sent('paper-2026 春招'),
	sent(' p9 ', 'p9'),
	sent('\u200bp9', 'p9'),
	sent(9, '9'),
	sent(BigInt(ID), ID),
	refused('7.17854E+18', 'is "7.17854E+18", a number that was rounded'),
	refused(Number(ID), 'is "7178536692385679000", a number too large to be exact'),
	refused('笔\ufffd', LOST),
];

const EXTERNAL_IDS = [
	sent(['p1', 'p2']),
	sent('["p1", "p2"]', ['p1', 'p2']),
	sent('p1, p2', ['p1', 'p2']),
	sent('p1;p2', ['p1', 'p2']),
	sent('p1，p2；p3、p4', ['p1', 'p2', 'p3', 'p4']),
	sent('p1\r\np2', ['p1', 'p2']),
	sent('p1\tp2', ['p1', 'p2']),
	sent('Java 笔试, p2', ['Java 笔试', 'p2']),
	sent('p1, p1 ', ['p1']),
	refused('["p1", "p2"', 'is not valid JSON'),
	refused(['p1', ''], 'has an empty entry'),
	refused([], 'is an empty list'),
	refused({ id: 'p1' }, 'must be a list, not an object'),
];

const WHOLE_NUMBER = [
	sent(5),
	sent(' 5 ', 5),
	sent('5.0', 5),
	sent(5n, 5),
	sent(0.1 * 3 * 10, 3),
	refused(1.5, 'must be a whole number, not "1.5"'),
	refused('5 minutes', 'must be a number, not "5 minutes"'),
	refused('1,000', 'must be a number, not "1,000"'),
	refused(
		'9007199254740993',
		'is "9007199254740993", which has more digits than a number can hold',
	),
];

/** Of each kind of value. */
export const VALUE_CASES: Record<Kind, ValueCase[]> = {
	id: [
		sent(ID),
		sent(` ${ID}\n`, ID),
		sent(`\u200b${ID}\u202c`, ID),
		sent(BigInt(ID), ID),
		sent(42, '42'),
		refused(Number(ID), 'is the number 7178536692385679000, which is not exact'),
		refused('7.17854E+18', 'is "7.17854E+18", a number that was rounded'),
		refused('71 78', 'is "71 78", but an ID contains only letters, digits, - and _'),
		refused('../7178', 'is "../7178", but an ID contains only letters, digits, - and _'),
		refused(
			`https://example.com/${ID}`,
			`is "https://example.com/${ID}", which is a link, not an ID`,
		),
		refused('71\ufffd', LOST),
	],
	ids: [
		sent([ID, '2']),
		sent(`["${ID}", "2"]`, [ID, '2']),
		sent(`[${ID}, 2]`, [ID, '2']),
		sent('1, 2', ['1', '2']),
		sent('1;2 3\n4', ['1', '2', '3', '4']),
		sent('1，2；3、4', ['1', '2', '3', '4']),
		sent('\u200b1,1', ['1']),
		refused('["1"', 'is not valid JSON'),
		refused('', 'is an empty list'),
		refused([Number(ID)], 'is the number 7178536692385679000, which is not exact'),
	],
	userId: [
		sent('ou_f476cb099ac9227c9bae09ce46112579'),
		sent(' zhang.san@example ', 'zhang.san@example'),
		refused('张三', 'is "张三", but an ID contains only letters, digits, - and _'),
	],
	paperId: [...EXTERNAL_ID, TOO_LONG],
	paperIds: EXTERNAL_IDS,
	externalId: EXTERNAL_ID,
	externalIds: EXTERNAL_IDS,
	text: TEXT,
	paperName: [...TEXT, TOO_LONG],
	secret: [
		sent(' as it is '),
		sent(123456, '123456'),
		refused({ password: 'secret' }, 'must be a string'),
		refused('secret\ufffd', LOST),
	],
	choice: [
		sent('arranged'),
		sent(' arranged\u200b', 'arranged'),
		refused(true, 'must be a string, not "true"'),
	],
	choices: [
		sent(['examCreated', 'accountBound']),
		sent('examCreated, accountBound', ['examCreated', 'accountBound']),
		sent('["examCreated"]', ['examCreated']),
		sent('examCreated；accountBound', ['examCreated', 'accountBound']),
		refused(true, 'must be a list, not "true"'),
	],
	flag: [
		sent(true),
		sent(' TRUE ', true),
		sent('false', false),
		refused('yes', 'must be true or false, not "yes"'),
		refused(1, 'must be true or false, not "1"'),
	],
	url: [
		sent('https://exam.example.com/take/7f3a?a=b#c'),
		sent(' \u200bhttps://exam.example.com/7f3a\n', 'https://exam.example.com/7f3a'),
		sent('HTTP://127.0.0.1:8080'),
		refused(
			'exam.example.com',
			'is "exam.example.com", which is not a URL that starts with https:// or http://',
		),
		refused(
			'https://exam.example.com/a b',
			'is "https://exam.example.com/a b", which contains a blank',
		),
		refused(
			'https://exam.example.com:99999',
			'is "https://exam.example.com:99999", which is not a valid URL',
		),
		refused('https://exam.example.com/\ufffd', LOST),
	],
	score: [
		sent(95.5),
		sent('95.50', 95.5),
		sent(31.7 * 3, 95.1),
		refused(95.55, 'is "95.55", but Feishu stores only one decimal'),
		refused('A+', 'must be a number, not "A+"'),
	],
	integer: [...WHOLE_NUMBER, sent(-5)],
	count: [...WHOLE_NUMBER, sent(0), refused(-1, 'must be at least 0, not "-1"')],
	positive: [...WHOLE_NUMBER, refused(0, 'must be at least 1, not "0"')],
	perSecond: [...WHOLE_NUMBER, sent(50), refused(51, 'must be at most 50, not "51"')],
	perMinute: [...WHOLE_NUMBER, sent(1000), refused(1001, 'must be at most 1000, not "1001"')],
	time: [
		sent('2026-11-21T10:00:00+08:00', TIME),
		sent('2026-11-21 10:00:00', TIME),
		sent('2026-11-21T10:00:00 +08:00', TIME),
		sent('2026-11-21 10:00:00+08', TIME),
		sent('2026-11-21T02:00:00.000Z', TIME),
		sent('20261121T020000Z', TIME),
		sent('2026-W47-6T10:00:00+08:00', TIME),
		sent('2026-325T10:00:00+08:00', TIME),
		sent('2026-11-21T10:00+08:00[Asia/Shanghai]', TIME),
		sent('2026-11-20T21:00:00 America/New_York', TIME),
		sent('2026-11-21T02:00:00.000999Z', TIME),
		sent('2026-11-21', MIDNIGHT),
		sent(Number(TIME), TIME),
		sent(Number(TIME) / 1000, TIME),
		sent(TIME),
		sent(new Date(Number(TIME)), TIME),
		sent(tryToParseDateTime('2026-11-21T10:00:00+08:00'), TIME),
		refused('2026/11/21', 'is "2026/11/21", which is not a valid date and time'),
		refused('2026-02-30', 'is "2026-02-30", which is not a valid date and time'),
		refused(46347, 'is "46347", which is not a valid date and time'),
		refused('tomorrow', 'is "tomorrow", which is not a valid date and time'),
		refused(
			'2026-11-21T10:00:00 CST',
			'is "2026-11-21T10:00:00 CST", whose time zone "CST" is not known',
		),
	],
};
