//! How many megabytes a second text is folded, normalised, searched and masked: `cargo bench -p guanjia --bench text`.
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]
use std::hint::black_box;
use std::time::Instant;

use guanjia::text::personal::{Kind, find};
use guanjia::text::{fold, mask, misread, normalise};

/// What residents write, about 200 characters each.
const TEXTS: [&str; 4] = [
    "我是3栋2单元501的业主李明,昨天晚上十一点多开始卫生间天花板一直漏水,已经滴到客厅了!!!打了三次前台电话都说师傅下班了没人来,\
     家里有老人和小孩,地板都泡坏了,麻烦你们尽快安排人上门看一下,我的电话是138-1234-5678,白天都在家,谢谢",
    "小区门口的路灯坏了好几天了,晚上回家黑漆漆的,老人小孩都不敢走,跟保安说过两次也没有人管,物业费一分钱没少交,\
     请问什么时候能修好?还有7号楼楼下的垃圾桶一直没有清理,夏天味道特别大,苍蝇很多,希望能增加清运的次数",
    "電梯又停在五樓不動了,這個月已經第三次了,上次維修師傅說換個零件就好,結果還是一樣。請徹底檢查一下,不要每次都是重啟了事,\
     真的很危險,萬一困人怎麼辦?王女士 0755-87654321",
    "车牌粤B12345的车一直停在消防通道上,已经停了一个星期,打电话没人接,麻烦联系车主挪一下。另外地下车库B2层的照明有一半不亮,\
     充电桩也经常跳闸,开发票请发到zhang.san@example.com,谢谢😊😊😊",
];

fn main() {
    let texts: Vec<&str> = TEXTS.iter().copied().cycle().take(4000).collect();
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    let chars: usize = texts.iter().map(|text| text.chars().count()).sum();
    println!("{} texts of {} characters", texts.len(), chars / texts.len());
    measured("fold", &texts, bytes, chars, |text| fold(text).len());
    measured("normalise", &texts, bytes, chars, |text| normalise(text).as_str().len());
    measured("personal::find", &texts, bytes, chars, |text| find(text).len());
    measured("mask", &texts, bytes, chars, |text| mask(text, &Kind::ALL).text.len());
    measured("misread", &texts, bytes, chars, |text| usize::from(misread(text).is_some()));
}

fn measured(name: &str, texts: &[&str], bytes: usize, chars: usize, work: impl Fn(&str) -> usize) {
    let best = (0..15).map(|_| {
        let start = Instant::now();
        black_box(texts.iter().map(|text| work(black_box(text))).sum::<usize>());
        start.elapsed().as_nanos()
    });
    let nanos = best.min().unwrap_or(1).max(1);
    #[expect(clippy::cast_precision_loss, reason = "a printed figure")]
    let per = |count: usize| count as f64 * 1e3 / nanos as f64;
    println!("{name:>16}: {:7.1} MB/s {:7.1} Mchar/s", per(bytes), per(chars));
}
