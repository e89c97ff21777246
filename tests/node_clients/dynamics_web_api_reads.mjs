// dynamics-web-api against the Dataverse simulator: signs in at Entra, reads what our connector wrote, writes of its own.
// Usage: node dynamics_web_api_reads.mjs URL TOKEN_URL CLIENT_ID CLIENT_SECRET ACTIVITY_ID AGENT_OBJECT_ID ACCOUNT_ID
// Prints one line of JSON.
import { DynamicsWebApi } from 'dynamics-web-api';

const [url, tokenUrl, clientId, clientSecret, activityId, agent, accountId] = process.argv.slice(2);

async function onTokenRefresh() {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: `${url}/.default` };
  const answer = await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
  return (await answer.json()).access_token;
}

const api = new DynamicsWebApi({ serverUrl: url, dataApi: { version: '9.2' }, onTokenRefresh, propagateErrors: true });

async function refusal(work) {
  try {
    await work();
    return null;
  } catch (error) {
    return [error.status, error.code];
  }
}

const me = await api.callFunction('WhoAmI');
const call = await api.retrieve({
  collection: 'phonecalls',
  key: activityId,
  expand: [{ property: 'phonecall_activity_parties', select: ['participationtypemask', '_partyid_value'] }],
  includeAnnotations: '*',
});
const found = await api.retrieveMultiple({
  collection: 'phonecalls',
  select: ['subject'],
  filter: "statecode eq 1 and contains(subject,'Ferrars')",
  count: true,
});
const contacts = await api.retrieveAll({ collection: 'contacts', select: ['fullname'], maxPageSize: 2 });
const total = await api.count({ collection: 'contacts' });
const taskId = '4a0d6a7c-8e0f-4b57-9d3e-1f2f3a4b5c6d';
const task = { subject: 'Call back', 'regardingobjectid_account_task@odata.bind': `/accounts(${accountId})` };
const made = await api.upsert({ collection: 'tasks', key: taskId, data: task, ifnonematch: '*', returnRepresentation: true, impersonateAAD: agent });
const again = await refusal(() => api.upsert({ collection: 'tasks', key: taskId, data: task, ifnonematch: '*' }));
const same = await refusal(() => api.create({ collection: 'tasks', data: { ...task, activityid: taskId } }));
const wrongCase = await refusal(() =>
  api.create({ collection: 'tasks', data: { subject: 'x', 'RegardingObjectId_account_task@odata.bind': `/accounts(${accountId})` } }),
);
const missing = await refusal(() => api.update({ collection: 'tasks', key: activityId, data: { subject: 'x' }, ifmatch: '*' }));
await api.disassociateSingleValued({ collection: 'tasks', primaryKey: taskId, navigationProperty: 'regardingobjectid_account_task' });
const changed = await api.update({ collection: 'tasks', key: taskId, data: { statecode: 1, statuscode: 5 }, returnRepresentation: true });
api.startBatch();
api.create({ collection: 'tasks', data: { subject: 'One' }, contentId: '1' });
api.create({ collection: 'tasks', data: { subject: 'Two' }, contentId: '2' });
const batch = await api.executeBatch();
await api.deleteRecord({ collection: 'tasks', key: taskId });
const gone = await refusal(() => api.retrieve({ collection: 'tasks', key: taskId }));
const entities = await api.retrieveEntities({ select: ['LogicalName', 'EntitySetName'], filter: "LogicalName eq 'phonecall'" });

console.log(
  JSON.stringify({
    user: me.UserId,
    call,
    found: found.value.map((row) => row.subject),
    count: found.oDataCount,
    contacts: contacts.value.length,
    total,
    author: made._createdby_value,
    again,
    same,
    wrongCase,
    missing,
    status: changed.statuscode,
    regarding: changed._regardingobjectid_value,
    batch: batch.length,
    gone,
    set: entities.value[0].EntitySetName,
  }),
);
