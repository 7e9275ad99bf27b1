import Glibc
import Messages

extension InputFileError {
    public var chinese: Chinese { .init("\(path)：\(problem)", hintOf: problem) }
}

extension InputFileError.Problem {
    public var chinese: Chinese {
        switch self {
        case .missing: .init("没有此文件", hint: "请检查路径")
        case .nameNotUTF8:
            .init(
                "没有此文件：文件名或上级文件夹名含有非 UTF-8 字节，从 Windows 拷来的名称（GBK）可能如此",
                hint: "请先改名（convmv -r -f gbk -t utf8 --notest），再重试")
        case .notPermitted: .init("当前用户无权读取", hint: "请检查文件权限")
        case .notAFile(let kind): .init("这是\(kind)，不是文件", hint: "请指定普通文件")
        case .tooLong(let limit): .init("超过 \(limit) 字节，此类文件不会这么长", hint: "请检查路径")
        case .silent(let seconds): .init("\(seconds) 秒内没有数据", hint: "请先将内容写入文件，再指定该文件")
        case .slow(let seconds):
            .init("等待 \(seconds) 秒后内容仍未到齐", hint: "请先将内容写入文件，再指定该文件")
        case .exposed:
            .init("所有者以外的用户也有权限，内容可能已泄露", hint: "请执行 chmod 600，并考虑是否更换其中的内容")
        case .system(let code): "无法读取：\(SystemReason(code))"
        }
    }
}

extension InputFileError.Kind {
    public var chinese: Chinese {
        switch self {
        case .folder: "文件夹"
        case .device: "设备"
        case .socket: "套接字"
        case .pipe: "管道"
        case .other: "其他对象"
        }
    }
}

extension SystemReason {
    public var chinese: Chinese {
        switch code {
        case EACCES, EPERM: "权限不足"
        case ENOENT: "文件或文件夹不存在"
        case EEXIST: "已存在"
        case EISDIR: "这是文件夹"
        case ENOTDIR: "路径中有一级不是文件夹"
        case ENOTEMPTY: "文件夹不为空"
        case ENOSPC: "磁盘空间不足"
        case EDQUOT: "磁盘配额已用完"
        case EFBIG: "文件过大"
        case EROFS: "文件系统只读"
        case EIO: "输入输出错误"
        case ENXIO, ENODEV: "设备不存在"
        case EBUSY, ETXTBSY: "正被占用"
        case EMFILE, ENFILE: "打开的文件过多"
        case ENAMETOOLONG: "名称过长"
        case ELOOP: "符号链接层数过多"
        case ENOMEM: "内存不足"
        case EINVAL: "参数无效"
        case EPIPE: "管道另一端已关闭"
        case EAGAIN: "资源暂时不可用"
        case EINTR: "操作被中断"
        case ETIMEDOUT: "超时"
        case ECONNREFUSED: "连接被拒绝"
        case ECONNRESET: "连接被对方重置"
        case EADDRINUSE: "地址已被占用"
        case EXDEV: "不能跨文件系统"
        case ENOSYS, EOPNOTSUPP: "系统不支持此操作"
        default: "系统错误 \(code)"
        }
    }
}

extension FileProblem {
    public var chinese: Chinese {
        switch self {
        case .input(let problem): problem.chinese
        case .notMade(let reason): "无法创建：\(reason)"
        case .notWritten(let reason): "无法写入：\(reason)"
        case .notRead(let reason): "无法读取：\(reason)"
        case .folderNotOpened(let reason): "无法打开其所在文件夹：\(reason)"
        case .folderNotLocked(let reason): "无法锁定其所在文件夹：\(reason)"
        case .notMadeNextToIt(let reason): "无法在同一文件夹中创建文件：\(reason)"
        case .notGivenToGroup(let reason): "无法设为安装时所建的用户组所有：\(reason)"
        case .folderNotSynchronized(let reason): "已写入，但其所在文件夹未能同步到磁盘：\(reason)"
        }
    }
}
