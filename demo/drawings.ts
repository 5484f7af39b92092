export type Language = 'en' | 'zh';
type Text = Record<Language, string>;

/** Picks the language that is drawn. */
type Say = (text: Text) => string;

/** A page of the console: its entry in the menu, and what is drawn of it below the title. */
interface Drawing {
	name: string;
	menu: Text;
	/** Title of the content, in place of the menu's entry. */
	title?: Text;
	height: number;
	content: (say: Say) => string;
}

const WIDTH = 760;
const LEFT = 226;
const RIGHT = WIDTH - 24;
/** Opaque, so that a drawing is legible on GitHub's dark background too. */
const COLORS = {
	page: '#ffffff',
	bar: '#f5f6f7',
	line: '#dee0e3',
	text: '#1f2329',
	muted: '#5f6670',
	active: '#245bdb',
	activeArea: '#e8effd',
	note: '#8a3c00',
	noteArea: '#fff3e5',
};

const KEYS = { en: 'Credentials & Basic Info', zh: '凭证与基础信息' };
const SCOPES = { en: 'Permissions & Scopes', zh: '权限管理' };
const EVENTS = { en: 'Events & Callbacks', zh: '事件与回调' };
const VERSIONS = { en: 'Version Management & Release', zh: '版本管理与发布' };
const MENU = [KEYS, SCOPES, EVENTS, VERSIONS];

const EVENT_TAB = { en: 'Event Configuration', zh: '事件配置' };
const ENCRYPTION_TAB = { en: 'Encryption Strategy', zh: '加密策略' };
const TABS = [EVENT_TAB, ENCRYPTION_TAB];

/** As the table of scopes on the same page has them. */
const SCOPE_ROWS: Array<[string, Text]> = [
	['hire:exam', { en: 'exams, papers, account fields', zh: '笔试、试卷、账号自定义字段' }],
	['hire:exam:readonly', { en: 'event Account Bound', zh: '账号绑定事件（Account Bound）' }],
	['hire:attachment', { en: 'files and reports', zh: '附件、报告' }],
	['hire:application:readonly', { en: 'applications and their events', zh: '投递及其事件' }],
	['hire:talent:readonly', { en: 'names of candidates', zh: '候选人姓名' }],
	['hire:job:readonly', { en: 'names of jobs', zh: '职位名称' }],
	[
		'contact:user.employee_id:readonly',
		{ en: 'User ID Type: User ID', zh: 'User ID Type 选 User ID' },
	],
];

const EVENT_ROWS: Array<[string, Text]> = [
	['hire.eco_exam.created_v1', { en: 'Exam Created', zh: '创建笔试' }],
	['hire.eco_account.created_v1', { en: 'Account Bound', zh: '账号绑定' }],
];

const DRAWINGS: Drawing[] = [
	{
		name: 'console-keys',
		menu: KEYS,
		height: 236,
		content: (say) =>
			[
				secret(say, 122, 'App ID', 'cli_a1b2c3d4e5f60718'),
				secret(say, 178, 'App Secret', '••••••••••••••••'),
			].join(''),
	},
	{
		name: 'console-scopes',
		menu: SCOPES,
		height: 410,
		content: (say) =>
			[
				label(
					LEFT,
					112,
					say({
						en: 'App identity (tenant_access_token)',
						zh: '应用身份权限（tenant_access_token）',
					}),
				),
				...SCOPE_ROWS.map(([scope, use], index) => {
					const y = 146 + index * 30;
					return checkbox(LEFT, y, index < 2) + code(LEFT + 28, y, scope) + label(512, y, say(use));
				}),
				note(
					366,
					say({
						en: 'Add the scopes that your workflows need, not all of them',
						zh: '按工作流的需要勾选，不必全部开通',
					}),
				),
			].join(''),
	},
	{
		name: 'console-events',
		menu: EVENTS,
		title: EVENT_TAB,
		height: 472,
		content: (say) =>
			[
				strong(LEFT, 128, say({ en: 'Subscription mode', zh: '订阅方式' })),
				radio(LEFT, 158, true),
				plain(
					LEFT + 26,
					158,
					say({ en: 'Receive events through persistent connection', zh: '使用长连接接收事件' }),
				),
				note(
					186,
					say({
						en: 'Long Connection: publish the workflow first, then save here',
						zh: 'Long Connection：先发布工作流，再在此保存',
					}),
				),
				radio(LEFT, 224, false),
				plain(
					LEFT + 26,
					224,
					say({ en: "Send notifications to developer's server", zh: '将事件发送至开发者服务器' }),
				),
				label(LEFT + 26, 256, say({ en: 'Request URL', zh: '请求地址' })),
				input(LEFT + 116, 256, RIGHT - LEFT - 116, 'https://n8n.example.com/webhook/…'),
				note(
					288,
					say({
						en: "Webhook: the trigger's Production URL",
						zh: 'Webhook：填写触发器的 Production URL',
					}),
				),
				rule(318),
				strong(LEFT, 346, say({ en: 'Events', zh: '事件' })),
				button(RIGHT, 346, say({ en: 'Add Events', zh: '添加事件' })),
				...EVENT_ROWS.map(([type, event], index) => {
					const y = 386 + index * 32;
					return plain(LEFT, y, say(event)) + code(LEFT + 150, y, type);
				}),
			].join(''),
	},
	{
		name: 'console-encryption',
		menu: EVENTS,
		title: ENCRYPTION_TAB,
		height: 250,
		content: (say) =>
			[
				secret(say, 136, 'Encrypt Key', '••••••••••••••••'),
				secret(say, 192, 'Verification Token', '••••••••••••••••'),
			].join(''),
	},
	{
		name: 'console-version',
		menu: VERSIONS,
		height: 256,
		content: (say) =>
			[
				button(RIGHT, 80, say({ en: 'Create a version', zh: '创建版本' })),
				label(LEFT, 124, say({ en: 'Version', zh: '版本' })),
				label(LEFT + 110, 124, say({ en: 'Changes', zh: '变更' })),
				rule(140),
				plain(LEFT, 164, '1.0.0'),
				plain(
					LEFT + 110,
					164,
					say({ en: 'scopes and events added above', zh: '以上开通的权限、添加的事件' }),
				),
				note(
					206,
					say({
						en: 'Takes effect once approved; create one after each change',
						zh: '审核通过后生效；之后每次修改，都需要创建新版本',
					}),
				),
			].join(''),
	},
];

/** Drawings of the pages of Feishu's developer console, which nobody without an account can see: file name → SVG. */
export function drawings(): Map<string, string> {
	const files = new Map<string, string>();
	for (const drawing of DRAWINGS) {
		files.set(`${drawing.name}.svg`, draw(drawing, 'en'));
		files.set(`${drawing.name}.zh-CN.svg`, draw(drawing, 'zh'));
	}
	return files;
}

function draw({ menu, title, height, content }: Drawing, language: Language): string {
	const say: Say = (text) => text[language];
	const heading = title ? tabs(title, language) : strong(LEFT, 80, say(menu), 16);
	const path = [menu, ...(title ? [title] : [])].map(say).join(' > ');
	const drawn = say({ en: 'Drawing, not a screenshot', zh: '示意图，非界面截图' });
	const app = say({ en: 'Feishu developer console', zh: '飞书开发者后台' });
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="-apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif" font-size="13" dominant-baseline="central">`,
		`<title>${escape(path)}</title>`,
		area(0.5, 0.5, WIDTH - 1, height - 1, COLORS.page, COLORS.line),
		area(1, 1, WIDTH - 2, 43, COLORS.bar),
		strong(20, 23, app),
		write(RIGHT, 23, drawn, COLORS.note, 'text-anchor="end"'),
		...MENU.map((entry, index) => menuEntry(entry, index, entry === menu, language)),
		`<path d="M202.5 44V${height - 1}" stroke="${COLORS.line}"/>`,
		heading,
		content(say),
		'</svg>',
		'',
	].join('\n');
}

function menuEntry(entry: Text, index: number, isActive: boolean, language: Language): string {
	const y = 78 + index * 36;
	const color = isActive ? COLORS.active : COLORS.text;
	const behind = isActive ? area(8, y - 15, 187, 30, COLORS.activeArea) : '';
	// The longest English entry needs smaller letters.
	return (
		behind + write(16, y, entry[language], color, `font-size="${language === 'en' ? 11.5 : 13}"`)
	);
}

function tabs(active: Text, language: Language): string {
	const width = language === 'en' ? 150 : 90;
	return TABS.map((tab, index) => {
		const x = LEFT + index * width;
		if (tab !== active) return label(x, 72, tab[language]);
		const underline = `<path d="M${x} 90H${x + width - 24}" stroke="${COLORS.active}" stroke-width="2"/>`;
		return write(x, 72, tab[language], COLORS.active, 'font-weight="600"') + underline;
	}).join('');
}

/** A value to copy, and where it goes in n8n. */
function secret(say: Say, y: number, name: string, value: string): string {
	const goesTo = say({ en: `→ n8n: ${name}`, zh: `→ n8n 凭证：${name}` });
	return label(LEFT, y, name) + code(LEFT + 130, y, value) + note(y, goesTo, 516);
}

const write = (x: number, y: number, text: string, color: string, attributes = ''): string =>
	`<text x="${x}" y="${y}" fill="${color}"${attributes && ` ${attributes}`}>${escape(text)}</text>`;

const plain = (x: number, y: number, text: string): string => write(x, y, text, COLORS.text);
const label = (x: number, y: number, text: string): string => write(x, y, text, COLORS.muted);
const strong = (x: number, y: number, text: string, size = 14): string =>
	write(x, y, text, COLORS.text, `font-size="${size}" font-weight="600"`);
const code = (x: number, y: number, text: string): string =>
	write(
		x,
		y,
		text,
		COLORS.text,
		'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12"',
	);

/** A hint of ours, which the console does not show. */
function note(y: number, text: string, x = LEFT + 26): string {
	return area(x, y - 13, RIGHT - x, 26, COLORS.noteArea) + write(x + 10, y, text, COLORS.note);
}

function button(right: number, y: number, text: string): string {
	const width = 116;
	const x = right - width;
	const face = area(x, y - 15, width, 30, COLORS.active);
	return face + write(x + width / 2, y, text, COLORS.page, 'text-anchor="middle"');
}

const input = (x: number, y: number, width: number, text: string): string =>
	area(x, y - 14, width, 28, COLORS.page, COLORS.line) + label(x + 10, y, text);

const rule = (y: number): string => `<path d="M${LEFT} ${y}.5H${RIGHT}" stroke="${COLORS.line}"/>`;

function checkbox(x: number, y: number, isChecked: boolean): string {
	if (!isChecked) return area(x, y - 7, 14, 14, COLORS.page, COLORS.muted);
	const tick = `<path d="M${x + 3} ${y}l3 3 5-6" fill="none" stroke="${COLORS.page}" stroke-width="2"/>`;
	return area(x, y - 7, 14, 14, COLORS.active) + tick;
}

function radio(x: number, y: number, isChosen: boolean): string {
	const color = isChosen ? COLORS.active : COLORS.muted;
	const ring = `<circle cx="${x + 7}" cy="${y}" r="7" fill="none" stroke="${color}" stroke-width="1.5"/>`;
	return ring + (isChosen ? `<circle cx="${x + 7}" cy="${y}" r="3.5" fill="${color}"/>` : '');
}

const area = (x: number, y: number, width: number, height: number, fill: string, line = 'none') =>
	`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="${fill}" stroke="${line}"/>`;

const escape = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
