import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';

import { FeishuAppApi } from '../../credentials/FeishuAppApi.credentials';
import { drawings } from '../../demo/drawings';
import { resources } from '../../nodes/FeishuHireExam/actions/registry';
import { findErrorTexts } from '../support/errorTexts';
import { FORMS, fieldTable, type Language } from '../support/fieldTables';
import {
	anchorsOf,
	countWords,
	findPages,
	headingsOf,
	localLinksOf,
	readPage,
	ROOT,
} from '../support/markdown';

const CHINESE = /\.zh-CN\.md$/;
const pages = findPages();
const chinesePages = pages.filter((page) => CHINESE.test(page));
const languageOf = (page: string): Language => (CHINESE.test(page) ? 'zh' : 'en');
const docsPages = pages.filter((page) => /^docs\/[^/]+\.md$/.test(page));

/** All files of a folder and of those in it, by their path from the root of the repository. */
const filesIn = (folder: string): string[] =>
	readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
		.map((name) => `${folder}/${name}`)
		.filter((path) => statSync(join(ROOT, path)).isFile());

/** The text of the notes of an example workflow, without its nodes. */
function notesOf(path: string): string {
	const { nodes } = JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as {
		nodes: Array<{ type: string; parameters: { content?: string } }>;
	};
	return nodes
		.filter(({ type }) => type === 'n8n-nodes-base.stickyNote')
		.map(({ parameters }) => parameters.content)
		.join('\n');
}

/** Pages that hold both languages. */
const BILINGUAL = ['docs/outputs.md', 'docs/values.md'];

const MAX_PICTURE_BYTES = 150_000;
const MAX_README_WORDS = 1_000;

describe('links', () => {
	it.each(pages)('of %s lead to a file, and to a heading of it', (page) => {
		const broken = localLinksOf(page)
			.filter(
				({ path, anchor }) =>
					!existsSync(join(ROOT, path)) || (anchor !== '' && !anchorsOf(path).includes(anchor)),
			)
			.map(({ path, anchor }) => [path, anchor].filter(Boolean).join('#'));
		expect(broken).toEqual([]);
	});

	it('of the nodes and the credential lead to a heading of README.md', () => {
		const codexFiles = readdirSync(join(ROOT, 'nodes'), { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.node.json'))
			.map((name) => readFileSync(join(ROOT, 'nodes', name), 'utf8'));
		const sources = [...codexFiles, new FeishuAppApi().documentationUrl];
		const anchors = sources.flatMap((source) =>
			[...source.matchAll(/github\.com\/[\w-]+\/[\w.-]+#([\w-]+)/g)].map(([, anchor]) => anchor),
		);
		expect(anchors).toContain('set-up-the-feishu-app');
		const known = [...anchorsOf('README.md'), 'readme'];
		expect(anchors.filter((anchor) => !known.includes(anchor ?? ''))).toEqual([]);
	});

	it('lead from each README to every page of the documentation in its language', () => {
		for (const [start, language] of [
			['README.md', 'en'],
			['README.zh-CN.md', 'zh'],
		] as const) {
			const reached = new Set<string>([start]);
			for (const page of reached) {
				for (const { path } of localLinksOf(page)) {
					const isOwn = languageOf(path) === language || BILINGUAL.includes(path);
					if (path.endsWith('.md') && isOwn) reached.add(path);
				}
			}
			const expected = pages
				.filter((page) => page.startsWith('docs/'))
				.filter((page) => languageOf(page) === language || BILINGUAL.includes(page));
			expect(expected.filter((page) => !reached.has(page))).toEqual([]);
		}
	});

	it.each(chinesePages)('of %s stay in Chinese where there is a Chinese page', (page) => {
		const own = page.replace(CHINESE, '.md');
		const left = localLinksOf(page)
			.map(({ path }) => path)
			.filter(
				(path) => path !== own && pages.includes(path.replace(/(?<!zh-CN)\.md$/, '.zh-CN.md')),
			)
			.filter((path) => !CHINESE.test(path));
		expect(left).toEqual([]);
	});
});

describe('pictures', () => {
	const FOLDER = 'docs/images';
	const pictures = readdirSync(join(ROOT, FOLDER)).map((name) => `${FOLDER}/${name}`);

	it.each(pictures)('%s is shown, and under 150 KB', (picture) => {
		expect(statSync(join(ROOT, picture)).size).toBeLessThan(MAX_PICTURE_BYTES);
		const shown = pages.flatMap(localLinksOf).filter(({ isPicture }) => isPicture);
		expect(shown.map(({ path }) => path)).toContain(picture);
	});
});

describe("drawings of Feishu's console", () => {
	const NAMES = /[\w:.]*hire[\w:.]+|contact:[\w:.]+/g;
	const inRows = (page: string) => [...readPage(page).matchAll(/^\|(.+)\|$/gm)].join('\n');

	it.each([...drawings()])('%s is what is drawn', (name, drawing) => {
		const path = join(ROOT, 'docs/images', name);
		// `UPDATE_DOCS=1 npx jest test/meta/docs` draws anew.
		if (process.env.UPDATE_DOCS) writeFileSync(path, drawing);
		expect(readFileSync(path, 'utf8')).toBe(drawing);
	});

	it.each([...drawings()])('%s is marked as a drawing, and holds no script', (_, drawing) => {
		expect(drawing).toMatch(/Drawing, not a screenshot|示意图，非界面截图/);
		expect(drawing).not.toMatch(/<script|<foreignObject|href|\son\w+=/);
	});

	it('show every scope of the set-up page, and events of the README', () => {
		const namesIn = (text = '') => [...new Set(text.match(NAMES))].sort();
		const scopes = inRows('docs/set-up-the-feishu-app.md');
		expect(namesIn(drawings().get('console-scopes.svg'))).toEqual(namesIn(scopes));
		const events = namesIn(drawings().get('console-events.svg'));
		expect(namesIn(inRows('README.md'))).toEqual(expect.arrayContaining(events));
	});
});

describe('languages', () => {
	it('every page of the documentation has both', () => {
		const single = [...docsPages, 'README.md'].filter(
			(page) =>
				!CHINESE.test(page) &&
				!BILINGUAL.includes(page) &&
				!chinesePages.includes(page.replace(/\.md$/, '.zh-CN.md')),
		);
		expect(single).toEqual([]);
	});

	it.each(chinesePages)('%s has the headings of its English page', (page) => {
		const levels = (one: string) => headingsOf(one).map(({ level }) => level);
		expect(levels(page)).toEqual(levels(page.replace(CHINESE, '.md')));
	});

	it.each(chinesePages)('%s has as many rows in its tables as its English page', (page) => {
		const rows = (one: string) => readPage(one).match(/^\|/gm)?.length ?? 0;
		expect(rows(page)).toBe(rows(page.replace(CHINESE, '.md')));
	});

	it.each([
		...chinesePages,
		...filesIn('.github'),
		'sandbox/page/texts/zh.js',
		'test/support/chineseFields.ts',
		...filesIn('workflows'),
	])("%s uses Feishu's own terms", (path) => {
		const others =
			/令牌|应答|请求内容|响应内容|参数校验失败|调用过于频繁|限流|日志 ID|\p{Script=Han} ?log ID|重新获取 app_ticket|回调地址|租户 Key|招聘人员|出分时间|(?<!笔试)结果时间/u;
		const text = path.startsWith('workflows/') ? notesOf(path) : readPage(path);
		expect(others.exec(text)?.[0]).toBeUndefined();
	});
});

describe('README', () => {
	it.each([
		['README.md', 'en'],
		['README.zh-CN.md', 'zh'],
	])('%s has fewer than 1,000 words', (page, locale) => {
		expect(countWords(page, locale)).toBeLessThan(MAX_README_WORDS);
	});

	it.each(['README.md', 'README.zh-CN.md'])('%s names operations as the panel does', (page) => {
		const { action } = resources.exam?.operations.returnArrangement?.option ?? {};
		expect(readPage(page)).toContain(`*${action}*`);
	});
});

describe('the table that `npm run compatibility` writes', () => {
	const HOSTS = join(ROOT, 'n8nHost', 'hosts');
	const versions = readdirSync(HOSTS).map((name) => {
		const { dependencies } = JSON.parse(
			readFileSync(join(HOSTS, name, 'package.json'), 'utf8'),
		) as { dependencies: { n8n: string; node: string } };
		return [dependencies.n8n, dependencies.node];
	});

	it.each(['README.md', 'README.zh-CN.md', 'docs/compatibility.md', 'docs/compatibility.zh-CN.md'])(
		'stands in %s, with each n8n that the tests run in, and no failure',
		(page) => {
			const [, table = ''] = /<!-- matrix -->(.*)<!-- \/matrix -->/s.exec(readPage(page)) ?? [];
			const [, , ...rows] = [...table.matchAll(/^\| (.+) \|$/gm)].map(([, cells = '']) =>
				cells.split(' | '),
			);
			expect(rows.map((cells) => cells.slice(0, 2)).sort()).toEqual(versions.sort());
			expect(table).not.toMatch(/failed|未通过/);
		},
	);
});

describe('docs/examples', () => {
	const files = readdirSync(join(ROOT, 'workflows'));

	it.each(['docs/examples.md', 'docs/examples.zh-CN.md'])('%s lists every workflow', (page) => {
		const rows = [...readPage(page).matchAll(/^\| \[(.+?)\]\(\.\.\/workflows\/(.+?)\)/gm)].map(
			([, name, file]) => [file, name],
		);
		const expected = files.map((file) => {
			const { name } = JSON.parse(readFileSync(join(ROOT, 'workflows', file), 'utf8')) as {
				name: string;
			};
			return [file, name];
		});
		expect(rows.sort()).toEqual(expected.sort());
	});
});

describe('docs/errors', () => {
	it.each(['docs/errors.md', 'docs/errors.zh-CN.md'])('%s has every text of an error', (page) => {
		const cells = [...readPage(page).matchAll(/^\| (.+) \|$/gm)].flatMap(([, row = '']) =>
			row.split(' | '),
		);
		expect(findErrorTexts().filter((text) => !cells.includes(text))).toEqual([]);
	});
});

describe('tables of fields', () => {
	const BLOCK = /<!-- fields: (\S+) -->\n.*?<!-- \/fields -->/gs;
	const withTables = docsPages.filter((page) => readPage(page).includes('<!-- fields:'));

	it.each(withTables)('%s shows the fields as the editor does', (page) => {
		const expected = readPage(page).replace(
			BLOCK,
			(_, form: string) =>
				`<!-- fields: ${form} -->\n\n${fieldTable(form, languageOf(page))}\n\n<!-- /fields -->`,
		);
		// `UPDATE_DOCS=1 npx jest test/meta/docs` writes the tables anew.
		if (process.env.UPDATE_DOCS) writeFileSync(join(ROOT, page), expected);
		expect(readPage(page)).toBe(expected);
	});

	it.each<Language>(['en', 'zh'])('are complete in %s', (language) => {
		const shown = withTables
			.filter((page) => languageOf(page) === language)
			.flatMap((page) => [...readPage(page).matchAll(BLOCK)].map(([, form]) => form));
		expect(shown.sort()).toEqual(Object.keys(FORMS).sort());
	});
});
