import Messages

extension PhotoFlaw {
    public var chinese: Chinese {
        switch self {
        case .missing: .init("缺少照片", hint: "请补交照片；只有公安回盘注明无照片（YCDM 62）时可以不交")
        case .otherFormat(let ending): .init("照片只有 .\(ending) 文件，不是 JPEG", hint: "请另存为 JPEG")
        case .ambiguous: .init("有多个文件，文件名只是写法不同而内容不同", hint: "请只保留正确的一个，以身份证号加 .jpg 命名")
        case .unreadable: .init("照片无法读取", hint: "请检查文件权限")
        case .empty: .init("照片文件为空", hint: "请向报送方重新索取")
        case .fileTooLong(let bytes, let limit): .init("照片有 \(bytes) 字节，最多读取 \(limit) 字节", hint: "请换用较小的照片")
        case .notJPEG: .init("照片不是可解码的 JPEG", hint: "请重新保存为 JPEG")
        case .damaged: .init("照片是不完整或已损坏的 JPEG", hint: "请向报送方重新索取")
        case .tooManyPixels(let width, let height, let limit):
            .init("照片为 \(width)×\(height) 像素，最多解码 \(limit) 像素", hint: "请换用较小的照片")
        case .printColours: .init("照片为印刷色彩（CMYK）", hint: "请另存为 RGB 色彩")
        case .tiny(let width, let height, let neededWidth, let neededHeight):
            .init(
                "照片中人像只有 \(width)×\(height) 像素，卡上需要 \(neededWidth)×\(neededHeight)", hint: "请换用较大的照片")
        case .wrongRatio(let width, let height, let cropped):
            .init("照片为 \(width)×\(height)，需裁去 \(cropped) %", hint: "请裁剪至头部和肩部")
        case .grey: .init("照片不是彩色", hint: "请换用彩色照片")
        case .blank: .init("照片上没有内容", hint: "请换用申请人的照片")
        case .doesNotFit(let limit): .init("照片用任何质量都无法压缩到 \(limit) 字节以内", hint: "请换用背景单一的照片")
        case .library(let missing): .init("照片无法解码：\(missing)", hintOf: missing)
        }
    }
}
