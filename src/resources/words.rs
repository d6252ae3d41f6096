//! The coded words of a resource and its opportunities: the only dictionary between file, API and page.

use crate::kernel::coded::coded;

coded! {
    /// 種別: what kind of place, group or organisation it is.
    ResourceKind {
        YosatteClub = "yosatte_club" "よさってくらぶ" | "よさってクラブ" | "通いの場" | "いきいき百歳体操",
        Salon = "salon" "サロン" | "ふれあいサロン" | "お茶っこ",
        CommunityDining = "community_dining" "地域食堂" | "みんなの食堂",
        ChildrensCafeteria = "childrens_cafeteria" "子ども食堂" | "こども食堂" | "子供食堂",
        Ibasho = "ibasho" "居場所" | "フリースペース",
        Farm = "farm" "農家",
        Company = "company" "企業",
        SocialWelfareCorporation = "social_welfare_corporation" "社会福祉法人",
        VolunteerGroup = "volunteer_group" "ボランティア団体",
        Npo = "npo" "NPO" | "NPO法人",
        NeighborhoodAssociation = "neighborhood_association" "自治会" | "町内会",
        AdministrativeWard = "administrative_ward" "行政区",
        PromotionCouncil = "promotion_council" "地区振興会",
        CommunityCenter = "community_center" "地区センター" | "公民館",
        ComprehensiveSupportCenter = "comprehensive_support_center" "地域包括支援センター",
        CoreConsultationCenter = "core_consultation_center" "基幹相談支援センター",
        DisabilityConsultation = "disability_consultation" "障がい者相談支援" | "障害者相談支援",
        ChildConsultation = "child_consultation" "利用者支援事業",
        SelfRelianceSupport = "self_reliance_support" "生活困窮者自立支援",
        ActivitySupportCenter = "activity_support_center" "地域活動支援センター",
        ChildcareSupportBase = "childcare_support_base" "地域子育て支援拠点" | "子育て支援センター",
        EmploymentSupport = "employment_support" "就労支援",
        YouthSupportStation = "youth_support_station" "地域若者サポートステーション" | "サポステ",
        SilverCenter = "silver_center" "シルバー人材センター",
        MeetingHall = "meeting_hall" "集会所" | "自治会館",
        DementiaCafe = "dementia_cafe" "認知症カフェ" | "オレンジカフェ",
        PeerGroup = "peer_group" "家族会・当事者会",
        SeniorsClub = "seniors_club" "老人クラブ",
        LearningSupport = "learning_support" "学習支援",
        FoodBank = "food_bank" "フードバンク" | "フードパントリー",
        MobilitySupport = "mobility_support" "移動・買い物支援",
        SnowSupport = "snow_support" "除雪ボランティア" | "スノーバスターズ",
        CareOffice = "care_office" "介護サービス事業所",
        DisabilityOffice = "disability_office" "障害福祉サービス事業所" | "障がい福祉サービス事業所",
        Shelter = "shelter" "避難所",
        School = "school" "学校",
        Other = "other" "その他",
    }
}

coded! {
    /// 運営団体種別: who runs it.
    OrganizationKind {
        Farm = "farm" "農家",
        Company = "company" "企業",
        SocialWelfareCorporation = "social_welfare_corporation" "社会福祉法人",
        SocialWelfareCouncil = "social_welfare_council" "社会福祉協議会",
        VolunteerGroup = "volunteer_group" "ボランティア団体",
        Npo = "npo" "NPO" | "NPO法人",
        NeighborhoodAssociation = "neighborhood_association" "自治会" | "町内会",
        AdministrativeWard = "administrative_ward" "行政区",
        PromotionCouncil = "promotion_council" "地区振興会",
        Municipality = "municipality" "市",
        MedicalCorporation = "medical_corporation" "医療法人",
        School = "school" "学校",
        Individual = "individual" "個人",
        Other = "other" "その他",
    }
}

coded! {
    /// 対象分野: whom it is for.
    Field {
        Elderly = "elderly" "高齢" | "高齢者",
        Disability = "disability" "障がい" | "障害" | "障がい者",
        Children = "children" "こども" | "子ども" | "子供",
        Parenting = "parenting" "子育て",
        Youth = "youth" "若者",
        SingleParent = "single_parent" "ひとり親",
        Hardship = "hardship" "生活困窮",
        Withdrawn = "withdrawn" "ひきこもり" | "引きこもり",
        Dementia = "dementia" "認知症",
        Carer = "carer" "ケアラー",
        All = "all" "全世代",
    }
}

coded! {
    /// 役割: as what a person takes part.
    ParticipationRole {
        Participant = "participant" "参加者",
        Helper = "helper" "手伝い",
        Staff = "staff" "スタッフ",
        Instructor = "instructor" "講師",
        Organizer = "organizer" "世話人",
        CommissionedWork = "commissioned_work" "受託" | "依頼を受けて作る・働く",
        WorkTrial = "work_trial" "就労体験",
    }
}

impl ParticipationRole {
    /// The word a resident reads: 受託 is spelled out.
    pub const fn plain(self) -> &'static str {
        match self {
            Self::CommissionedWork => "依頼を受けて作る・働く",
            other => other.label(),
        }
    }
}

coded! {
    /// 形態: there, at home, or either.
    Modality {
        OnSite = "on_site" "対面",
        Remote = "remote" "在宅",
        Either = "either" "どちらも",
    }
}

coded! {
    /// 送迎.
    Transport {
        Offered = "offered" "あり",
        NotOffered = "not_offered" "なし",
        Negotiable = "negotiable" "要相談",
    }
}

coded! {
    /// Whether something is possible: 可, 不可, or to be asked.
    Acceptance {
        Yes = "yes" "可" | "はい" | "OK",
        No = "no" "不可" | "いいえ",
        Negotiable = "negotiable" "要相談" | "相談",
    }
}

coded! {
    /// Whether a building has something.
    Availability {
        Yes = "yes" "あり" | "有",
        No = "no" "なし" | "無",
        Partial = "partial" "一部",
    }
}

coded! {
    /// 報酬.
    Reward {
        Nothing = "none" "なし",
        Honorarium = "honorarium" "謝金",
        WorkWage = "work_wage" "工賃",
        Wage = "wage" "賃金",
    }
}

coded! {
    /// 状態.
    Status {
        Active = "active" "活動中",
        Preparing = "preparing" "準備中",
        Paused = "paused" "休止中",
        Ended = "ended" "終了",
    }
}

coded! {
    /// 公開範囲: whether an entry may leave the house.
    Visibility {
        Public = "public" "公開",
        Staff = "staff" "関係者のみ",
    }
}

impl Visibility {
    /// 電話の公開 reads 公開 or 非公開: whether the public sees the number.
    pub fn parse_phone(text: &str) -> Option<bool> {
        match crate::kernel::text::key(text).as_str() {
            "公開" | "public" => Some(true),
            "非公開" | "関係者のみ" | "hidden" => Some(false),
            _ => None,
        }
    }
}

coded! {
    /// 位置の公開: how exactly the public may see the place.
    Disclosure {
        Exact = "exact" "正確",
        Coarse = "coarse" "おおよそ",
        Hidden = "hidden" "非公開",
    }
}

coded! {
    /// 位置の確かさ: how the point came about, or how it leaves.
    Precision {
        Exact = "exact" "正確",
        Town = "town" "町字の代表点",
        Coarse = "coarse" "おおよそ(500m四方)",
        None = "none" "位置なし",
    }
}

coded! {
    /// 継続の見通し; staff only.
    Continuity {
        Stable = "stable" "続けられる",
        SuccessorWanted = "successor_wanted" "後継者さがし中",
        Ending = "ending" "年度末で終了予定",
    }
}

coded! {
    /// 性別 an opportunity is limited to.
    Sex {
        Female = "female" "女性",
        Male = "male" "男性",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_by_its_code_and_by_its_label() {
        for kind in ResourceKind::ALL {
            assert_eq!(ResourceKind::parse(kind.code()), Some(*kind));
            assert_eq!(ResourceKind::parse(kind.label()), Some(*kind));
        }
    }

    #[test]
    fn an_unknown_word_is_not_guessed() {
        assert_eq!(ResourceKind::parse("宇宙センター"), None);
        assert_eq!(Visibility::parse(""), None);
    }
}
