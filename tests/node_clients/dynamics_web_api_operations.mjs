// dynamics-web-api does all that tests/foreign_clients asks of a client, against the Dataverse simulator.
// Usage: node dynamics_web_api_operations.mjs URL TOKEN_URL CLIENT_ID CLIENT_SECRET; prints one line of JSON.
import { DynamicsWebApi } from 'dynamics-web-api';

const [url, tokenUrl, clientId, clientSecret] = process.argv.slice(2);

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
    return [error.constructor.name, error.code];
  }
}

const collection = 'contacts';
const me = await api.callFunction('WhoAmI');
const made = await api.create({ collection, data: { lastname: 'Brandon', emailaddress1: 'brandon@example.com' }, returnRepresentation: true });
const key = made.contactid;
const read = await api.retrieve({ collection, key, select: ['lastname'] });
await api.update({ collection, key, data: { jobtitle: 'Colonel' } });
const gone = await api.create({ collection, data: { lastname: 'Gone' }, returnRepresentation: true });
const keyed = (jobtitle) =>
  api.upsert({ collection, key: "governmentid='key-1'", data: { lastname: 'Keyed', jobtitle }, returnRepresentation: true });
const first = await keyed('One');
const second = await keyed('Two');
const rows = await api.retrieveAll({ collection, select: ['contactid'], maxPageSize: 2 });
const described = await api.retrieveAttributes({ entityKey: "LogicalName='contact'", select: ['LogicalName'] });
api.startBatch();
api.create({ collection, data: { lastname: 'Batch one' }, contentId: '1' });
api.create({ collection, data: { lastname: 'Batch two' }, contentId: '2' });
const batch = await api.executeBatch();
await api.deleteRecord({ collection, key: gone.contactid });
const errors = {
  'an id that is taken': await refusal(() => api.create({ collection, data: { contactid: first.contactid, lastname: 'Again' } })),
  'an unknown column': await refusal(() => api.create({ collection, data: { lastname: 'X', new_nothing: 'x' } })),
  'a deleted row': await refusal(() => api.retrieve({ collection, key: gone.contactid })),
};

console.log(
  JSON.stringify({
    user: me.UserId,
    created: key,
    gone: gone.contactid,
    read: read.lastname,
    upserts: [first.contactid === second.contactid, second.jobtitle],
    rows: rows.value.map((row) => row.contactid),
    fields: described.value.map((attribute) => attribute.LogicalName),
    batch: batch.map((one) => one !== null && one !== ''),
    errors,
  }),
);
