const ENGINE = /^(n8n-core|n8n-workflow|@n8n\/[^/]+)(\/|$)/;

/** Takes n8n's engine from the folder that the environment variable names, and everything else from where it is. */
module.exports = (request, options) =>
	options.defaultResolver(
		request,
		ENGINE.test(request) ? { ...options, basedir: process.env.FEISHU_HIRE_EXAM_ENGINE } : options,
	);
