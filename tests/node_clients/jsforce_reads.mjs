// jsforce against the Salesforce simulator: signs in by client credentials, reads what our connector wrote, writes of its own.
// Usage: node jsforce_reads.mjs URL CLIENT_ID CLIENT_SECRET KEY; prints one line of JSON.
import jsforce from 'jsforce';

const [url, clientId, clientSecret, key] = process.argv.slice(2);
const connection = new jsforce.Connection({
  instanceUrl: url,
  loginUrl: url,
  version: '66.0',
  oauth2: { clientId, clientSecret, loginUrl: url },
});
const user = await connection.authorize({ grant_type: 'client_credentials' });

const found = await connection.query(
  `SELECT Id, Subject, Status, Who.Name, CallDurationInSeconds FROM Task WHERE CC_Interaction_Key__c = '${key}'`,
);
const task = await connection.sobject('Task').retrieve(found.records[0].Id);
const search = await connection.search(
  'FIND {"015112345678"} IN PHONE FIELDS RETURNING Contact(Id, Name, MobilePhone)',
);
const described = await connection.sobject('Task').describe();
const made = await connection.sobject('Contact').create({ LastName: 'Brandon', Email: 'brandon@example.com' });
const again = await connection.sobject('Contact').upsert({ Email: 'brandon@example.com', FirstName: 'Christopher' }, 'Email');
const changed = await connection.sobject('Contact').update({ Id: made.id, Title: 'Colonel' });
const brandon = await connection.sobject('Contact').findOne({ Id: made.id }, 'Id, Name, Title');
const several = await connection.sobject('Contact').create([{ LastName: 'One' }, { FirstName: 'nobody' }]);
const removed = await connection.sobject('Contact').destroy(made.id);
let refusal = null;
try {
  await connection.sobject('Task').update({ Id: task.Id, TaskSubtype: 'Task' });
} catch (error) {
  refusal = error.errorCode ?? error.name;
}
const types = await connection.describeGlobal();
const limits = await connection.limits();

console.log(
  JSON.stringify({
    user: user.id,
    total: found.totalSize,
    queried: found.records[0],
    task,
    people: search.searchRecords.map((record) => record.Name),
    key: described.fields.find((field) => field.name === 'CC_Interaction_Key__c'),
    upserted: again,
    changed: changed.success,
    brandon,
    several: several.map((entry) => entry.success),
    removed: removed.success,
    refusal,
    types: types.sobjects.map((entry) => entry.name),
    limit: limits.DailyApiRequests.Max,
  }),
);
