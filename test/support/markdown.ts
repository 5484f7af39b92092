import { readFileSync, readdirSync } from 'fs';
import { join, posix } from 'path';

export const ROOT = join(__dirname, '../..');

/** Folders without pages of ours: installed, built, or data. */
const IGNORED = new Set(['node_modules', 'dist', 'coverage', 'data']);

/** All Markdown pages of the repository, by their path from its root. */
export function findPages(folder = ''): string[] {
	return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
		const path = posix.join(folder, entry.name);
		if (entry.isDirectory()) {
			return IGNORED.has(entry.name) || entry.name === '.git' ? [] : findPages(path);
		}
		return entry.isFile() && entry.name.endsWith('.md') ? [path] : [];
	});
}

export const readPage = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** A page without what a reader does not see, and without code. */
const withoutCode = (text: string): string =>
	text
		.replace(/<!--.*?-->/gs, '')
		.replace(/^```.*?^```$/gms, '')
		.replace(/`[^`\n]+`/g, (code) => code.replace(/[[\]()<>]/g, ' '));

/** The headings of a page, in order. */
export const headingsOf = (page: string): Array<{ level: number; text: string }> =>
	[...withoutCode(readPage(page)).matchAll(/^(#{1,6}) (.+)$/gm)].map(
		([, marks = '', text = '']) => ({ level: marks.length, text }),
	);

/** The anchors that GitHub gives to the headings of a page. */
export function anchorsOf(page: string): string[] {
	const seen = new Map<string, number>();
	return headingsOf(page).map(({ text }) => {
		const slug = text
			.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
			.replace(/\s/g, '-');
		const count = seen.get(slug) ?? 0;
		seen.set(slug, count + 1);
		return count === 0 ? slug : `${slug}-${count}`;
	});
}

/** A link or picture that points into the repository. */
export interface LocalLink {
	/** From the root of the repository. */
	path: string;
	anchor: string;
	isPicture: boolean;
}

/** The links of a page that point into the repository; without those to other sites. */
export const localLinksOf = (page: string): LocalLink[] =>
	[
		...withoutCode(readPage(page)).matchAll(
			/(!?)\[(?:[^[\]]|\[[^\]]*\](?:\([^)]*\))?)*\]\(([^)\s]+)\)/g,
		),
	]
		.flatMap(([all, mark, target = '']) => {
			// A picture may be the text of a link.
			const inner = mark === '' ? [...all.matchAll(/!\[[^\]]*\]\(([^)\s]+)\)/g)] : [];
			return [
				{ target, isPicture: mark === '!' },
				...inner.map(([, picture = '']) => ({ target: picture, isPicture: true })),
			];
		})
		.filter(({ target }) => !/^[a-z]+:/i.test(target))
		.map(({ target, isPicture }) => {
			const [path = '', anchor = ''] = decodeURIComponent(target).split('#');
			return {
				path: path === '' ? page : posix.join(posix.dirname(page), path),
				anchor,
				isPicture,
			};
		});

/**
 * How many words a reader reads: by the rules of Unicode (UAX 29), with the dictionary for Chinese, where a word has one
 * to four characters. Text of tables, code and pictures counts; addresses of links and comments do not.
 */
export function countWords(page: string, locale: string): number {
	const text = readPage(page)
		.replace(/<!--.*?-->/gs, '')
		.replace(/\]\([^)]*\)/g, ']');
	const segments = new Intl.Segmenter(locale, { granularity: 'word' }).segment(text);
	return [...segments].filter(({ isWordLike }) => isWordLike).length;
}
