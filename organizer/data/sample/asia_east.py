"""Words of ten languages of eastern Asia, and Swahili and Yoruba; `lexicon.py` describes the lines."""

WORDS = {
    "id": """svo noun-first preposition spaced
guru dokter petani pelajar teman / rumah buku mobil surat roti pintu jembatan kapal
membeli menjual membuka menutup menemukan menghilangkan menyukai membenci / besar kecil baru lama baik buruk
sekarang kemarin sering sini / di dengan dari / itu setiap beberapa / dia ia kami mereka / telah akan
dan tetapi / karena jika / tidak / wah / dua tiga sepuluh
Budi Agus Siti Dewi Joko / Santoso Wijaya Hidayat Kusuma Pratama
Jakarta Bandung Surabaya Medan Padang Bogor / Universitas Bank Perusahaan
ka ra su mi ta du lo ben / an asi / kan i / wi if / wan awati / rejo karta""",
    "ja": """sov adjective-first postposition joined
教師 医者 農夫 学生 友人 / 家 本 車 手紙 パン 扉 橋 船
買う 売る 開ける 閉める 見つける 失う 好む 憎む / 大きい 小さい 新しい 古い 良い 悪い
今日 昨日 よく ここで / で と から / この 毎 ある / 彼 彼女 我々 彼ら / いる だろう
そして しかし / ので もし / ない / ああ / 二 三 十
太郎 健 花子 陽子 一郎 / 佐藤 鈴木 高橋 田中 渡辺
東京 大阪 京都 奈良 神戸 札幌 / 大学 銀行 会社
あか さだ みの とき ほし くに ゆき なつ / 性 物 / する した / しい 的な / 本 田 / 市 島""",
    "jv": """svo noun-first preposition spaced
guru dhokter tani murid kanca / omah buku montor layang roti lawang kreteg prau
tuku adol mbukak nutup nemu kelangan seneng sengit / gedhe cilik anyar lawas apik ala
saiki wingi asring kene / ing karo saka / iki saben sawetara / dheweke panjenengane kita wong / wis arep
lan nanging / amarga yen / ora / wah / loro telu sepuluh
Slamet Bagus Siti Endang Joko / Sutrisno Wibowo Raharjo Suharto Pranoto
Sala Semarang Magelang Kudus Tegal Blora / Universitas Bank Perusahaan
ka ra su mi ta du lo ben / an e / ake i / wi ing / wan wati / rejo karta""",
    "ko": """sov adjective-first postposition spaced
교사 의사 농부 학생 친구 / 집 책 차 편지 빵 문 다리 배
산다 판다 연다 닫는다 찾는다 잃는다 좋아한다 미워한다 / 큰 작은 새로운 오래된 좋은 나쁜
오늘 어제 자주 여기 / 안에 함께 부터 / 그 모든 어떤 / 그는 그녀는 우리는 그들은 / 있다 것이다
그리고 그러나 / 왜냐하면 만약 / 안 / 아 / 둘 셋 열
민준 서연 지훈 수진 영호 / 김 이 박 최 정
서울 부산 대구 인천 광주 대전 / 대학교 은행 회사
가 나 도 리 무 서 해 준 / 성 물 / 한다 했다 / 적인 스러운 / 우 희 / 시 군""",
    "ms": """svo noun-first preposition spaced
guru doktor petani pelajar kawan / rumah buku kereta surat roti pintu jambatan kapal
membeli menjual membuka menutup menemui menghilangkan menyukai membenci / besar kecil baharu lama baik buruk
kini semalam kerap sini / di dengan daripada / itu setiap beberapa / dia beliau kami mereka / telah akan
dan tetapi / kerana jika / tidak / wah / dua tiga sepuluh
Ahmad Ali Siti Aminah Hassan / Ismail Rahman Yusof Osman Zakaria
Ipoh Melaka Kuching Seremban Kuantan Klang / Universiti Bank Syarikat
ka ra su mi ta du lo ben / an asi / kan i / wi if / udin ah / bahru pura""",
    "my": """sov noun-first postposition spaced
ဆရာ ဆရာဝန် လယ်သမား ကျောင်းသား သူငယ်ချင်း / အိမ် စာအုပ် ကား စာ ပေါင်မုန့် တံခါး တံတား သင်္ဘော
ဝယ်သည် ရောင်းသည် ဖွင့်သည် ပိတ်သည် တွေ့သည် ပျောက်သည် ကြိုက်သည် မုန်းသည် / ကြီးသော သေးသော အသစ် အဟောင်း ကောင်းသော ဆိုးသော
ယနေ့ မနေ့က မကြာခဏ ဒီမှာ / မှာ နှင့် မှ / ဤ တိုင်း အချို့ / သူ သူမ ကျွန်ုပ်တို့ သူတို့ / ရှိသည် မည်
ပြီး သို့သော် / ကြောင့် လျှင် / မဟုတ် / အို / နှစ် သုံး ဆယ်
အောင် ကျော် မြင့် ခင် စန်း / လွင် ထွန်း ဝင်း မောင် ဇော်
ရန်ကုန် မန္တလေး ပုဂံ ပုသိမ် မော်လမြိုင် တောင်ကြီး / တက္ကသိုလ် ဘဏ် ကုမ္ပဏီ
က မ ရ တ န လ သ ပ / ခြင်း မှု / ခဲ့သည် နေသည် / သော မည့် / ထွေး စိုး / မြို့ ရွာ""",
    "sw": """svo noun-first preposition spaced
mwalimu daktari mkulima mwanafunzi rafiki / nyumba kitabu gari barua mkate mlango daraja meli
ananunua anauza anafungua anafunga anapata anapoteza anapenda anachukia / kubwa ndogo mpya kuukuu nzuri mbaya
leo jana mara hapa / katika na kutoka / hii kila baadhi / yeye mimi sisi wao / ni alikuwa
pia lakini / kwa kama / si / lo / mbili tatu kumi
Juma Hamisi Asha Fatuma Baraka / Mwinyi Kamau Otieno Mushi Njoroge
Nairobi Mombasa Dodoma Arusha Tanga Mwanza / Chuo Benki Kampuni
ka mi ru ta ni bo sa lu / ji fu / isha ika / vu fu / ni zi / geni kuu""",
    "th": """svo noun-first preposition joined
ครู หมอ ชาวนา นักเรียน เพื่อน / บ้าน หนังสือ รถ จดหมาย ขนมปัง ประตู สะพาน เรือ
ซื้อ ขาย เปิด ปิด พบ ทำหาย ชอบ เกลียด / ใหญ่ เล็ก ใหม่ เก่า ดี เลว
วันนี้ เมื่อวาน บ่อยๆ ที่นี่ / ใน กับ จาก / นี้ ทุก บาง / เขา เธอ เรา พวกเขา / ได้ จะ
และ แต่ / เพราะ ถ้า / ไม่ / โอ้ / สอง สาม สิบ
สมชาย สมศักดิ์ มาลี สุดา วิชัย / ใจดี ศรีสุข ทองคำ วงศ์ไทย บุญมา
กรุงเทพ เชียงใหม่ ภูเก็ต ขอนแก่น ระยอง อยุธยา / มหาวิทยาลัย ธนาคาร บริษัท
กา มี รู ตา นี โบ ซา ลู / ภาพ กรรม / รับ ทำ / นิยม ใส / กุล วงศ์ / บุรี ธานี""",
    "tl": """vso adjective-first preposition spaced
guro doktor magsasaka mag-aaral kaibigan / bahay aklat kotse liham tinapay pinto tulay barko
bumibili nagtitinda nagbubukas nagsasara humahanap nawawalan nagmamahal napopoot / malaki maliit bago luma mabuti masama
ngayon kahapon madalas dito / sa kasama mula / ang bawat ilang / siya ako kami sila / ay may
at ngunit / dahil kung / hindi / aba / dalawa tatlo sampu
Jose Juan Maria Rosa Andres / Santos Reyes Cruz Bautista Ramos
Maynila Cebu Davao Iloilo Bohol Vigan / Unibersidad Bangko Kompanya
ba ka lu mi sa ti no gu / an han / in um / ang in / mangan puno / lan gan""",
    "vi": """svo noun-first preposition spaced
thầy bác nông trò bạn / nhà sách xe thư bánh cửa cầu tàu
mua bán mở đóng tìm mất thích ghét / to nhỏ mới cũ tốt xấu
nay qua thường đây / trong với từ / này mỗi vài / anh chị chúng họ / đã sẽ
và nhưng / vì nếu / không / ồ / hai ba mười
Nguyễn Trần Lê Phạm Hoàng / Minh Lan Hùng Hương Tuấn
Huế Vinh Sàigòn Đàlạt Hànội Cầnthơ / Đại Ngân Công
ba kim lộ mai sơn tú vân hải / sự viện / hóa diễn / học tính / thị văn / châu giang""",
    "yo": """svo noun-first preposition spaced
olùkọ́ dókítà àgbẹ̀ akẹ́kọ̀ọ́ ọ̀rẹ́ / ilé ìwé ọkọ̀ lẹ́tà búrẹ́dì ilẹ̀kùn afárá ọkọ̀ojúomi
rà tà ṣí pa rí pàdánù fẹ́ràn kórìíra / ńlá kékeré tuntun àtijọ́ dáradára burúkú
lónìí lánàá nígbàgbogbo níbí / ní pẹ̀lú láti / náà gbogbo díẹ̀ / ó òun àwa àwọn / ti yóò
àti ṣùgbọ́n / nítorí bí / kò / áà / méjì mẹ́ta mẹ́wàá
Adé Táíwò Kẹ́hìndé Bísí Ayọ̀ / Adébáyọ̀ Ògúnlànà Akínwùmí Olátúnjí Fálọlá
Ìbàdàn Ìlọrin Òṣogbo Abẹ́òkúta Àkúrẹ́ Ọ̀yọ́ / Yunifásítì Báńkì Ilé-iṣẹ́
ba kẹ lọ mi ṣà tó wù gbé / dé nì / sí kó / pupa lẹ / adé olú / odò òkè""",
    "zh": """svo adjective-first preposition joined
教师 医生 农民 学生 朋友 / 房子 书 汽车 信 面包 门 桥 船
买 卖 打开 关闭 找到 丢失 喜欢 讨厌 / 大 小 新 旧 好 坏
今天 昨天 经常 这里 / 在 跟 从 / 这个 每个 某个 / 他 她 我们 他们 / 会 能
和 但 / 因为 如果 / 不 / 啊 / 二 三 十
伟 芳 娜 强 静 / 王 李 张 刘 陈
北京 上海 南京 广州 成都 西安 / 大学 银行 公司
安 博 德 林 美 山 天 云 / 性 品 / 化 行 / 式 型 / 明 华 / 市 县""",
}
