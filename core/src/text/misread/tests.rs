use super::*;

/// Words of the trade, among them all that are valid UTF-8 as bytes of GBK.
const WORDS: &str = "漏水 停水 停电 住宅 前台 围墙 墙皮 水压 学校 没水 冒水 缺水 通知 一直 系统 省钱 统一 图纸 校园 泄漏 一楼 专业
    物业 电梯 保安 保洁 楼道 楼顶 楼上 楼下 楼层 楼梯 门禁 门口 门卫 大门 单元 车位 车库 停车 充电 消防 通道 噪音 扰民 装修
    施工 维修 报修 投诉 建议 表扬 咨询 费用 收费 物业费 水费 电费 燃气 煤气 暖气 供暖 供水 供电 空调 热水 冷水 漏电 跳闸
    短路 开关 插座 灯泡 路灯 照明 监控 摄像头 道闸 岗亭 绿化 草坪 树木 垃圾 垃圾桶 清运 清扫 卫生 卫生间 厕所 厨房 阳台
    卧室 客厅 天花板 墙面 外墙 脱落 开裂 裂缝 渗水 积水 堵塞 下水道 管道 马桶 地漏 水管 水表 电表 阀门 水箱 水泵 水质
    业主 租户 房东 邻居 住户 客服 管家 经理 师傅 主任 业委会 居委会 社区 小区 楼栋 房屋 房间 门锁 钥匙 门窗 玻璃 窗户
    屋顶 防水 保温 井盖 路面 台阶 坡道 扶手 栏杆 围栏 花园 广场 健身 会所 幼儿园 超市 快递 外卖 宠物 养狗 蚊虫 老鼠 异味
    油烟 高空抛物 占道 占用 违建 堵门 被困 困人 故障 坏了 没电 没气 爆裂 爆管 跑水 返水 溢水 浸水 泡水 发霉 起火 着火 冒烟
    火灾 燃气泄漏 漏气 触电 受伤 摔倒 吵架 打架 被盗 可疑 陌生人 推销 广告 公告 发票 收据 押金 退费 欠费 催费 入住 搬家 验房
    交房 质保 态度 服务 差评 处理 解决 回复 回访 联系 电话 手机 微信 前天 昨天 今天 明天 上午 下午 晚上 凌晨 周末 多次 经常
    马上 尽快 停车位 车牌 习惯 设备 声音 味道 温度 位置 问题 项目 消毒 小孩 巡逻 严重 要求 原因 影响 暂停 整改 住房 专业";

#[test]
fn words_whose_gbk_bytes_are_utf_8_are_suspect_and_read() {
    let mut collided = Vec::new();
    for word in WORDS.split_whitespace() {
        let bytes = encode(word, Charset::Gbk).unwrap();
        let Ok(taken) = String::from_utf8(bytes) else { continue };
        for ending in ["", "!", " 3-2-501", "(A)"] {
            let found = misread(&format!("{taken}{ending}")).unwrap_or_else(|| panic!("{word}: {taken}{ending}"));
            assert_eq!(found.how, Misreading::GbkAsUtf8);
            assert_eq!(found.reading, Some(format!("{word}{ending}")));
        }
        collided.push(word);
    }
    collided.sort_unstable();
    collided.dedup();
    assert_eq!(collided.len(), 21, "{collided:?}");
    for word in ["漏水", "停水", "住宅", "前台", "围墙"] {
        assert!(collided.contains(&word), "{word}");
    }
}

#[test]
fn foreign_names_and_signs_are_not_suspect() {
    let texts = "José Müller Zoë Đặng Кузнецов Ωμέγα Ångström Łukasz Škoda Señor naïve Ærø façade Đỗ Éé Öö Nguyễn
        Dvořák Þórður Iñárritu Çelik Ğül İbrahim Østerbro Élodie Noël Chloë Beyoncé Søren Żółć ελλάδα και Αθήνα Σίσυφος εμείς
        Пенза бабка дом завод Минимум день книга Київ Қазақстан Анна עברית שלום مرحبا باب Հայաստան ñ é ü ø ß 25±1 30°C 10µΩ ×2 3×4 µ ± °
        «oui» 5² m³ ½ §12 ©2026 ®";
    for text in texts.split_whitespace() {
        assert_eq!(misread(text), None, "{text}");
    }
    assert_eq!(misread(&texts.replace('\n', " ")), None);
}

#[test]
fn what_people_write_is_not_suspect() {
    let texts = [
        "",
        "a",
        "电梯坏了",
        "3栋漏水，请速来",
        "©漏水",
        "我家©ˮ",
        "浏览器打不开",
        "淅淅沥沥",
        "你好，世界",
        "娴静",
        "龚玥玥",
        "买买提·吐尔逊",
        "樓上漏水",
        "😡😡",
        "ｶﾞｽ漏れ",
        "가스 누출",
    ];
    for text in texts {
        assert_eq!(misread(text), None, "{text}");
    }
}

#[test]
fn utf_8_taken_for_gbk_is_read_back() {
    for text in ["物业", "电梯坏了", "物业费", "楼上漏水，没人管！", "3栋2单元停电了", "你好啊"]
    {
        let taken: String = encoding_rs::GBK.decode_without_bom_handling(text.as_bytes()).0.into_owned();
        let found = misread(&taken).unwrap_or_else(|| panic!("{text}: {taken}"));
        assert_eq!(found.how, Misreading::Utf8AsGbk);
        let reading = found.reading.unwrap();
        let alike = reading.chars().zip(text.chars()).filter(|(one, other)| one == other).count();
        assert!(alike + 2 >= text.chars().count(), "{text}: {reading}");
    }
    assert_eq!(misread("鐗╀笟").unwrap().reading.as_deref(), Some("物业"));
}

#[test]
fn lost_characters_are_told() {
    let lost = misread("业主锟斤拷锟斤拷说").unwrap();
    assert_eq!((lost.how, lost.reading), (Misreading::Lost, None));
}

#[test]
fn hostile_texts_end() {
    for one in ["©ˮ", "\u{0}", "鐗", "é", "\u{10ffff}", "锟"] {
        _ = misread(&one.repeat(50_000));
    }
}
