-- {"key file": "proofkey-key-file-1 z22umNjuom1V8moDJzgoseEXtKQciBAmEayfv-kY7jE\n", "refresh token": "AeGHXwjvAHZr3UHBvCldwdQVDm24bJcaZtGMoS9CQwaORtCrLuTz_fZIw7DRP-t2T88E758W-pZ1fCb7pVTvD0HXV2vgCTMgIt22BUSEqmc5ci5JlzI36Q", "code": "AZd5Hi8dANIBoMRQbAA6Ey1t5P_Bg5iSUgZlKA-q_gan1_dwy4qFymICBER5enPL63yUGKOzjK77BqDqh5b9fkPZWZva2XXTWvTZUluxEtcRP3JQxVPyXgq9xS_b7_yKKFGp2BJ1VE4L_LthfWfhPJHJ9Lnh-ICYLC2ECqoA_UTZBEFOwSASCMTmw67dv0goCMD474PNm9N47XzOxg", "verifier": "sv7ddCtnwrakC43xidITF8uceWbhAqG_Lf6cQvk8Vp8", "cookie": "proofkey_browser_9999=Chx9qLVlxpAqC2KH5TRznw; proofkey_session_9999=nzGkxZC-ncp1Bnftsoo8yre2xpXfLnzmeyUFVr6_REY"}
BEGIN TRANSACTION;
CREATE TABLE clients (
    client_id TEXT NOT NULL PRIMARY KEY,
    record    TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;
INSERT INTO "clients" VALUES('spa','{"client_id":"spa","name":"The app","redirect_uris":["https://app.example/callback"],"post_logout_redirect_uris":[],"scopes":["openid","profile","email","offline_access","alerting","alerting:readonly","analytics","analytics:readonly","architect","architect:readonly","assistants","assistants:readonly","audits","audits:readonly","authorization","authorization:readonly","conversations","conversations:readonly","directory","directory:readonly","gamification","gamification:readonly","groups","groups:readonly","integrations","integrations:readonly","journey","journey:readonly","knowledge","knowledge:readonly","locations","locations:readonly","notifications","notifications:readonly","organization","organization:readonly","outbound","outbound:readonly","presence","presence:readonly","quality","quality:readonly","recordings","recordings:readonly","response-management","response-management:readonly","routing","routing:readonly","scripts","scripts:readonly","search","search:readonly","stations","stations:readonly","telephony","telephony:readonly","upload","upload:readonly","user-basic-info","users","users:readonly","voicemail","voicemail:readonly","workforce-management","workforce-management:readonly"],"grant_types":["authorization_code","refresh_token"],"auth_method":"none","secret_hash":null,"secret_optional":false,"access_token_format":"opaque","access_token_lifetime":null,"id_token_algorithm":"RS256","require_pkce":true,"trusted":false,"disabled":false,"owner":null,"description":"","created_at":0,"modified_at":0}');
CREATE TABLE consents (
    subject   TEXT    NOT NULL,
    client_id TEXT    NOT NULL,
    scope     TEXT    NOT NULL,
    given_at  INTEGER NOT NULL,
    PRIMARY KEY (subject, client_id, scope)
) STRICT, WITHOUT ROWID;
INSERT INTO "consents" VALUES('subject-ada','spa','alerting',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','alerting:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','analytics',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','analytics:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','architect',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','architect:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','assistants',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','assistants:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','audits',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','audits:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','authorization',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','authorization:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','conversations',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','conversations:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','directory',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','directory:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','email',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','gamification',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','gamification:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','groups',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','groups:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','integrations',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','integrations:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','journey',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','journey:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','knowledge',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','knowledge:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','locations',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','locations:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','notifications',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','notifications:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','offline_access',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','openid',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','organization',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','organization:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','outbound',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','outbound:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','presence',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','presence:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','profile',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','quality',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','quality:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','recordings',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','recordings:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','response-management',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','response-management:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','routing',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','routing:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','scripts',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','scripts:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','search',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','search:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','stations',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','stations:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','telephony',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','telephony:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','upload',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','upload:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','user-basic-info',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','users',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','users:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','voicemail',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','voicemail:readonly',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','workforce-management',1790000000);
INSERT INTO "consents" VALUES('subject-ada','spa','workforce-management:readonly',1790000000);
CREATE TABLE endings (
    whom     BLOB    NOT NULL,
    through  BLOB    NOT NULL CHECK (length(through) = 16),
    ended_at INTEGER NOT NULL,
    reason   TEXT    NOT NULL,
    PRIMARY KEY (whom, through)
) STRICT, WITHOUT ROWID;
CREATE TABLE grants (
    grant_id       BLOB    NOT NULL PRIMARY KEY CHECK (length(grant_id) = 16),
    client_id      TEXT    NOT NULL,
    subject        TEXT    NOT NULL,
    session_id     BLOB    NOT NULL,
    scopes         BLOB    NOT NULL, -- msgpack: indexes into scope_words
    resource       TEXT,
    nonce          TEXT,
    auth_time      INTEGER NOT NULL,
    redeemed_at    INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    generation     INTEGER NOT NULL,
    rotated_at     INTEGER NOT NULL,
    refresh_key_id INTEGER NOT NULL,
    ended_at       INTEGER,
    end_reason     TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO "grants" VALUES(X'01A0C4506C003A132D6DE4FFC1839892','spa','subject-ada',X'BE8D87E75115E1BFCF7133AF4833C01FDDA9B4BC63EF5C705769391C20A997BC',X'C409FFFFFFFFFFFFFFFF01',NULL,NULL,1790000000,1790000000,1792592000,0,1790000000,968638793967,NULL,NULL);
CREATE TABLE journal (
    number     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at         REAL    NOT NULL,
    request_id TEXT    NOT NULL,
    client_id  TEXT,
    fault      TEXT,
    record     TEXT    NOT NULL -- JSON
) STRICT;
INSERT INTO "journal" VALUES(1,1790000000.0,'453a02a3852c84c354bd54af6ac1e198','spa',NULL,'{"request_id":"453a02a3852c84c354bd54af6ac1e198","at":1790000000.0,"endpoint":"authorize","client_id":"spa","fault":null,"error":null,"status":302,"details":[["login","269b846ac5"],["user","ada"],["signed in","and allowed it"],["parameter response_type","code"],["parameter scope","openid profile email offline_access alerting alerting:readonly analytics analytics:readonly architect architect:readonly assistants assistants:readonly audits audits:readonly authorization authorization:readonly conversations conversations:readonly directory directory:readonly gamification gamification:readonly groups groups:readonly integrations integrations:readonly journey journey:readonly knowledge knowledge:readonly locations locations:readonly notifications notifications:readonly organization organization:readonly outbound outbound:readonly presence presence:readonly quality quality:readonly recordings recordings:readonly response-management response-management:readonly routing routing:readonly scripts scripts:readonly search search:readonly stations stations:readonly telephony telephony:readonly upload upload:readonly user-basic-info users users:readonly voicemail voicemail:readonly workforce-management workforce-management:readonly"],["parameter state","21 characters, fingerprint d546c00fbc"],["code redirect_uri","https://app.example/callback"],["code code_challenge","S256, fingerprint d85aa5b58e"]],"address":"127.0.0.0/24"}');
INSERT INTO "journal" VALUES(2,1790000000.0,'f5b0f4c96273eaa99a849fcdc21ecf8e','spa',NULL,'{"request_id":"f5b0f4c96273eaa99a849fcdc21ecf8e","at":1790000000.0,"endpoint":"token","client_id":"spa","fault":null,"error":null,"status":200,"details":[["login","269b846ac5"],["parameter grant_type","authorization_code"],["parameter code","210 characters, fingerprint af06dc5b23"],["parameter redirect_uri","https://app.example/callback"],["parameter client_id","spa"],["parameter code_verifier","43 characters, fingerprint 18bba7594f"],["given","access_token, refresh_token, id_token"]],"address":"127.0.0.0/24"}');
CREATE TABLE keys (
    family     TEXT    NOT NULL,
    number     INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    use_from   INTEGER NOT NULL,
    wrapped    BLOB    NOT NULL,
    public     BLOB,
    closed_at  INTEGER,
    PRIMARY KEY (family, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "keys" VALUES('code+access',1,1795280363,1795280363,X'712CE4F70CCC25D7517858754F4DBBCCDFFFB40BC3D00FB53EEED2E824E5C71D972D8B91FDCF3E0E03F0376CCBD06DE0C09B3D584CED51C470877D4A',NULL,NULL);
INSERT INTO "keys" VALUES('refresh',1,1795280363,1795280363,X'DD585CD1D4FAD7E88C558F1CE5632EB8755BDEA37A575C9D19A941BB9C974BE3F11A0A56A9157F1C608BD2DF0D3FE01757829DB05EC04A7BB41F1F49',NULL,NULL);
INSERT INTO "keys" VALUES('sign-es256',1,1795280363,1795280363,X'D618C8523F56E9D4F280AD57D69561D920331E3F51D53D990C06E277C1B591BCDFE40FA5C7A94C06E760D86B91B226933E787F7152FE73A37549AF115DA20F6AD657AC37B58A40B28679F25D843438821C5A15BF2ABAF21458F2438CA05FA89B0384C76783364FC72E03C7FF6E48BA260F97CA707CE2053E9364F114CE3057D738D081DE0E68FDAC534B3BCBA820E593D015B9204AA6EA39DAF69AE696C3CF066099B748BBD7',X'7B22616C67223A20224553323536222C2022637276223A2022502D323536222C20226B6964223A20225A793345516B767433773242422D545A67473058354E4630666D4A584D762D55524750626E496C41506477222C20226B7479223A20224543222C2022757365223A2022736967222C202278223A20226C70517056586B466A7545386374715A6955787442593455684778627A347557342D504741384E6B556F4D222C202279223A202270454D426B6137335A644E6658765141456A384A744E582D465077536D365866584A68327A3634396F7559227D',NULL);
INSERT INTO "keys" VALUES('sign-rs256',1,1795280363,1795280363,X'E797D28BB1CEA387B5E84AFEF5B24AFEC83A63C0E83810B9BF99D0E2E1AC8AD12CEA638EB7CC9F69FB0D233F190719494049152066E90874FAD8D1F91E46BD037DBEFF8887D120A1D5135D1810980EAF7CC1B6F9404F6A115E8231FD65E56BF84E53B8F9C7B292FE02C2CD56823D7EEE57AE7231D9B42A1519F0AC8342E39445605369E9BA7A7CBB7DC0804E57DB09183ABE1735320D1D793FF7115CD09AECC413CD08E321FA9ABA0B0A254A40A6789F8F876838BF78357491BA66453B95CE65C2137785338AB8F85DFE73AACCA3A9C4286D4D91DA44F253C56008B2113CA466ADA5D9A777FBA87D6AE870D6194C37DEEFBC15EB65751C9E42F5A9158834096439928817272918A6B1FE6619E13D30FF9E44F6FF627C83A3CC6065163ED3927E13DB637F9AD2C3466E61F4D30435B28506C6BA39DAD747A735C9A0CFABCF1ADF3E90B66CB24E90F3D6F18F6609FD9F6A9491204896B94EFD4FFBF175C823976CF0E43BCF7B414D16540A3CFD24C764E3D4C9EE9737739835C34DC2CFC9D19F49A04BBF1876C5C0F3321CDA40D8B55D31FD26D3797701852792A01497AFAE64B7F654A6CB4EAD2A1301897505D2A1444154D6C169512323BA24DA425642BF71ADEBE24A5876DEE5468EFE466B63BACE77F39FDE4F6674B4FB3CF3E3E72446E853C197CD84BA7085466CF65EE71BAD6F62600D3702AD575A7263882ABDCB1228FADE7306015B7F8C8E38925B575C446A7B7428F3A140FD7DD3F8FD6591D5AF9E50BDE4ABC2044F9C0723598F6A180B866F659ED4F04A4F140FC260A367AA4E863924776F6A571F363C023C3E1BCF33B0C9CAAC49B41D621A92CCA3CA24BDC11591A292029C1E8DA85D7BBBDD2486B13670AC13A751064C226E2963880E25992BDF9DA3EAEF6D4B9DB42289560D8CC94ABCA8F20142D0D53AD0D6C761042ECFF912BE099A1806D41A3E1A277570A83FACF8D639DA693630732137574EE618CD5515E9DC01F4A803FAC6915741823D8731C6ECE02536840605A7F723F59B00699EC41C6225ADBF8986F0B99C6037D4D64CB705153C72A8A3760E3B300DD2A0BFBB9F673DD0DAC0DD36643D48F78EDDEFC965476F36282A479C2F635B5D55D9079CB1FB4236FF2A5169809AEBB97837644506F718BC910875F5AFE8C492F9B88ECC94F27B4571AB2C5EA30BA4467D718A11BB1507AA1A209E1B77FC45848D6789F85DD50189BBC6F00A33EF202EFBB478999F210FB368BA2A350C7B860D5A70AFE417A9DE3A21924B71059F278BCE315B4EF8216083FF1AB5C1683C2D20DA65C58097AD33FC9F47E324154F0257445EDE617898DECC4A1A3009F1D14528703B6BB972436A1B714703A7978A729B9653718CF87D0A7743D756390CD4585FD01190D46B8BFBF2DB3DC72D0E9564DB4990602E305449D51E2E8B668FC2D86FA5C38CA85FBAF76D3136DD52AA659187E670759988EC40CD4F282F19064AC24BE71B405171D5791D9676DB937592D73D16ACE7C4C99BB8BA1FD1B0290A9488A3A6DAC86D6314C7C496A83866892012E2F346573B03FDEF866AD59B6B08498CC3B8BE3ACE57EC696DFF1F83D60C68DA9DA8C254B0F0992AB3740BD39D7A4AD3F781061A3659D0291958EC056C8E7A186A5368DD84E81055126761BDA1FC2C17EC596EAE03997FC4F2C7A8F76480521CC9CD47CC2E9C9CC075066489CF4DC7D08F26501896ECA9E52A812CD9AC4A44C34EE57DD60B4265F9807BEE124663C802CFEF',X'7B22616C67223A20225253323536222C202265223A202241514142222C20226B6964223A20224A6E72704432424F4F6D7638515F383377675651634B42636C70526C366176746D6A685735455064454241222C20226B7479223A2022525341222C20226E223A2022724C4A5F676A326A72552D6C5A48394E45426A4F4C664E617751334B6E392D72556D566E74535A5F63654F49514F6F656F7546494F79453348722D645568683977504E796A4F4F6E6F4F47617552397732644B4746356869595F7265645438506D703467464A67464B6478415A694766303963556F714166763466584A73434A574E2D77534B314E417850787972744C335F30446542326A53394438366369664F6475344A7966704F675A686F5061617774364A6E326D6D52774577534763626C6D4C7670674630576459476E44446D595164373458774957463049752D555353505F4D586332637135694F4B534E357376674C4E426F674E756D3857524141655F7A2D426E6D467A6A5875795950714E30727859723153464B517142474D4258425A636F76724B663942506D4961514D444B6852343455756469666C6F6D69784D59394231766C4635745151746852576547645777222C2022757365223A2022736967227D',NULL);
INSERT INTO "keys" VALUES('state',1,1795280363,1795280363,X'D21F9E5A7BEF7E3FED46224A2E6D4202C6CBF26082232AA017160D7BBE558F9C326EBBBA1F0610E7B41D26B180162AD3A9E2F27759AC50F1F0904AA9',NULL,NULL);
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE scope_words (
    number INTEGER NOT NULL PRIMARY KEY,
    word   TEXT    NOT NULL UNIQUE
) STRICT;
INSERT INTO "scope_words" VALUES(0,'openid');
INSERT INTO "scope_words" VALUES(1,'profile');
INSERT INTO "scope_words" VALUES(2,'email');
INSERT INTO "scope_words" VALUES(3,'offline_access');
INSERT INTO "scope_words" VALUES(4,'alerting');
INSERT INTO "scope_words" VALUES(5,'alerting:readonly');
INSERT INTO "scope_words" VALUES(6,'analytics');
INSERT INTO "scope_words" VALUES(7,'analytics:readonly');
INSERT INTO "scope_words" VALUES(8,'architect');
INSERT INTO "scope_words" VALUES(9,'architect:readonly');
INSERT INTO "scope_words" VALUES(10,'assistants');
INSERT INTO "scope_words" VALUES(11,'assistants:readonly');
INSERT INTO "scope_words" VALUES(12,'audits');
INSERT INTO "scope_words" VALUES(13,'audits:readonly');
INSERT INTO "scope_words" VALUES(14,'authorization');
INSERT INTO "scope_words" VALUES(15,'authorization:readonly');
INSERT INTO "scope_words" VALUES(16,'conversations');
INSERT INTO "scope_words" VALUES(17,'conversations:readonly');
INSERT INTO "scope_words" VALUES(18,'directory');
INSERT INTO "scope_words" VALUES(19,'directory:readonly');
INSERT INTO "scope_words" VALUES(20,'gamification');
INSERT INTO "scope_words" VALUES(21,'gamification:readonly');
INSERT INTO "scope_words" VALUES(22,'groups');
INSERT INTO "scope_words" VALUES(23,'groups:readonly');
INSERT INTO "scope_words" VALUES(24,'integrations');
INSERT INTO "scope_words" VALUES(25,'integrations:readonly');
INSERT INTO "scope_words" VALUES(26,'journey');
INSERT INTO "scope_words" VALUES(27,'journey:readonly');
INSERT INTO "scope_words" VALUES(28,'knowledge');
INSERT INTO "scope_words" VALUES(29,'knowledge:readonly');
INSERT INTO "scope_words" VALUES(30,'locations');
INSERT INTO "scope_words" VALUES(31,'locations:readonly');
INSERT INTO "scope_words" VALUES(32,'notifications');
INSERT INTO "scope_words" VALUES(33,'notifications:readonly');
INSERT INTO "scope_words" VALUES(34,'organization');
INSERT INTO "scope_words" VALUES(35,'organization:readonly');
INSERT INTO "scope_words" VALUES(36,'outbound');
INSERT INTO "scope_words" VALUES(37,'outbound:readonly');
INSERT INTO "scope_words" VALUES(38,'presence');
INSERT INTO "scope_words" VALUES(39,'presence:readonly');
INSERT INTO "scope_words" VALUES(40,'quality');
INSERT INTO "scope_words" VALUES(41,'quality:readonly');
INSERT INTO "scope_words" VALUES(42,'recordings');
INSERT INTO "scope_words" VALUES(43,'recordings:readonly');
INSERT INTO "scope_words" VALUES(44,'response-management');
INSERT INTO "scope_words" VALUES(45,'response-management:readonly');
INSERT INTO "scope_words" VALUES(46,'routing');
INSERT INTO "scope_words" VALUES(47,'routing:readonly');
INSERT INTO "scope_words" VALUES(48,'scripts');
INSERT INTO "scope_words" VALUES(49,'scripts:readonly');
INSERT INTO "scope_words" VALUES(50,'search');
INSERT INTO "scope_words" VALUES(51,'search:readonly');
INSERT INTO "scope_words" VALUES(52,'stations');
INSERT INTO "scope_words" VALUES(53,'stations:readonly');
INSERT INTO "scope_words" VALUES(54,'telephony');
INSERT INTO "scope_words" VALUES(55,'telephony:readonly');
INSERT INTO "scope_words" VALUES(56,'upload');
INSERT INTO "scope_words" VALUES(57,'upload:readonly');
INSERT INTO "scope_words" VALUES(58,'user-basic-info');
INSERT INTO "scope_words" VALUES(59,'users');
INSERT INTO "scope_words" VALUES(60,'users:readonly');
INSERT INTO "scope_words" VALUES(61,'voicemail');
INSERT INTO "scope_words" VALUES(62,'voicemail:readonly');
INSERT INTO "scope_words" VALUES(63,'workforce-management');
INSERT INTO "scope_words" VALUES(64,'workforce-management:readonly');
CREATE TABLE sessions (
    session_id BLOB    NOT NULL PRIMARY KEY, -- SHA-256 of what is in the cookie
    subject    TEXT    NOT NULL,
    auth_time  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "sessions" VALUES(X'BE8D87E75115E1BFCF7133AF4833C01FDDA9B4BC63EF5C705769391C20A997BC','subject-ada',1790000000,1790043200,NULL);
CREATE TABLE users (
    subject  TEXT NOT NULL PRIMARY KEY,
    name_key TEXT NOT NULL UNIQUE, -- the user name as names are compared
    record   TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;
INSERT INTO "users" VALUES('subject-ada','ada','{"subject":"subject-ada","username":"ada","password_hash":"$argon2id$v=19$m=19456,t=2,p=1$n5IiKXbqFXNP9XjUsohL8g$S1+BfLNufXk+3K3qDNY7AQt5L+d89gYNSTUPuj8Bh5c","email":"ada@example.org","claims":[],"admin":false,"disabled":false,"created_at":0}');
CREATE INDEX sessions_of_subject ON sessions (subject);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('journal',2);
COMMIT;
