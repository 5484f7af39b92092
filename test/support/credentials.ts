export { EngineCredentials as TestCredentialsHelper } from '../../n8nHost/engineCredentials';
