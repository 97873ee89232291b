import imaplib, json, re, ssl, sys, time

settings = json.load(sys.stdin)
imap = imaplib.IMAP4_SSL('127.0.0.1', settings['port'], ssl_context=ssl.create_default_context(cafile=settings['ca']))
imap.login(settings['user'], settings['password'])
began, cpu, first = time.monotonic(), time.process_time(), None
imap.select('INBOX', readonly=True)
uids = imap.uid('SEARCH', None, 'ALL')[1][0].split()
for at in range(0, len(uids), 500):
    batch = b','.join(uids[at:at + 500]).decode()
    imap.uid('FETCH', batch, '(FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (SUBJECT FROM TO CC DATE MESSAGE-ID)])')
    first = first or time.monotonic() - began
print(json.dumps({'first': first, 'total': time.monotonic() - began, 'cpu': time.process_time() - cpu, 'rss': int(re.search(r'VmHWM:\s+(\d+)', open('/proc/self/status').read())[1])}))
imap.logout()
