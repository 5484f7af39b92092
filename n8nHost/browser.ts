import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/usr/bin/google-chrome-stable',
	'/snap/bin/chromium',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Where Chromium or Chrome is: what the variable CHROMIUM says, else the first of `places` that is there. */
export function findChromium(
	named = process.env.CHROMIUM,
	places = [...PLACES, chromium.executablePath()],
): string {
	const path = named ? [named].find(existsSync) : places.find(existsSync);
	if (path) return path;
	throw new Error(
		`${named ? `CHROMIUM says ${named}, but nothing is there.` : 'This needs Chromium or Chrome, and there is none.'} ` +
			'Install it with "npx playwright-core install --with-deps chromium" (or "sudo apt-get install chromium"), ' +
			'or set the environment variable CHROMIUM to where it is.',
	);
}

export const launchBrowser = (): Promise<Browser> =>
	chromium.launch({
		executablePath: findChromium(),
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
