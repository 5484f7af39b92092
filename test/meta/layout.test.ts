import { existsSync, readFileSync, readdirSync } from 'fs';
import { join } from 'path';

const ROOT = join(__dirname, '../..');
const CONTRIBUTING = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');

/** Folders at the top that belong to no one: installed, built or left by a tool. */
const IGNORED = ['node_modules', 'dist', 'coverage'];

/** Folders whose own folders the picture shows without exception. */
const COMPLETE = ['', 'nodes/FeishuHireExam', 'sandbox', 'test', 'docs'];

/** The folders of the picture, with the folders that they are in: two spaces more for each level. */
function readPicture(): string[] {
	const [, picture = ''] = /```text\n(.+?)```/s.exec(CONTRIBUTING) ?? [];
	const levels: string[] = [];
	return picture
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => {
			const [, indent = '', name = ''] = /^((?: {2})*)([\w/]+)\/( |$)/.exec(line) ?? [];
			levels.splice(indent.length / 2, Infinity, name);
			return levels.join('/');
		});
}

const foldersIn = (path: string): string[] =>
	readdirSync(join(ROOT, path), { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
		.map(({ name }) => name)
		.filter((name) => path !== '' || !IGNORED.includes(name));

const picture = readPicture();

describe('the picture in CONTRIBUTING.md', () => {
	it('names no folder that is not there', () => {
		expect(picture.length).toBeGreaterThan(20);
		expect(picture.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
	});

	it('names a folder only once', () => {
		expect([...new Set(picture)]).toEqual(picture);
	});

	it.each(COMPLETE)('shows every folder in "%s"', (parent) => {
		const start = parent === '' ? '' : `${parent}/`;
		const shown = picture
			.filter((path) => path.startsWith(start) && path !== parent)
			.map((path) => path.slice(start.length).split('/')[0]);
		expect([...new Set(shown)].sort()).toEqual(foldersIn(parent).sort());
	});
});

it('CONTRIBUTING.md names only files that are there', () => {
	const named = [...CONTRIBUTING.matchAll(/`((?:[\w.]+\/)*[\w.-]+\.(?:ts|mjs|md|yml|json))`/g)]
		.map(([, path = '']) => path)
		.filter((path) => path.includes('/'));
	const places = ['', 'nodes/FeishuHireExam/', 'test/engine/'];
	const missing = named.filter(
		(path) => !places.some((place) => existsSync(join(ROOT, place + path))),
	);
	expect(named.length).toBeGreaterThan(20);
	expect(missing).toEqual([]);
});
