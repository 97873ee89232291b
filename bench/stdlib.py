import email, imaplib, json, os, re, ssl, sys, tempfile, time

settings = json.load(sys.stdin)
task = sys.argv[1]
imaplib._MAXLINE = 1 << 30
imap = imaplib.IMAP4_SSL('127.0.0.1', settings['port'], ssl_context=ssl.create_default_context(cafile=settings['ca']))
imap.login(settings['user'], settings['password'])
began, cpu, first = time.monotonic(), time.process_time(), None
imap.select('INBOX')
uids = imap.uid('SEARCH', None, 'ALL')[1][0].split()


def batches(size, what):
    global first
    for at in range(0, len(uids), size):
        answer = imap.uid('FETCH', b','.join(uids[at:at + size]).decode(), what)
        first = first or time.monotonic() - began
        yield answer[1]


if task == 'headers':
    for _ in batches(500, '(FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (SUBJECT FROM TO CC DATE MESSAGE-ID)])'):
        pass
elif task == 'read':
    for rows in batches(100, '(BODY.PEEK[])'):
        for row in rows:
            if isinstance(row, tuple):
                for part in email.message_from_bytes(row[1]).walk():
                    part.get_payload(decode=True)
elif task == 'move-each':
    for uid in uids:
        imap.uid('MOVE', uid.decode(), 'Done')
elif task == 'attachment':
    message = email.message_from_bytes(imap.uid('FETCH', uids[0].decode(), '(BODY.PEEK[])')[1][0][1])
    with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, 'big.bin'), 'wb') as file:
        file.write(message.get_payload()[1].get_payload(decode=True))
print(json.dumps({'first': first if first is not None else None, 'total': time.monotonic() - began, 'cpu': time.process_time() - cpu, 'rss': int(re.search(r'VmHWM:\s+(\d+)', open('/proc/self/status').read())[1])}))
imap.logout()
